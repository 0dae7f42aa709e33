using System.Collections.Concurrent;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Finds, each asked once for all ExternalSecrets of one credential key. Values that a listing brought along go to shared fetching, which
/// bounds and clears them; only names are kept here.</summary>
internal sealed class SharedFinds(SharedFetch fetch, TimeProvider time)
{
    private readonly ConcurrentDictionary<FetchKey, Finding> findings = new();

    public async Task<IReadOnlyList<FoundSecret>> GetAsync(
        OpenedStore store, FindCriteria criteria, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        Finding finding = findings.GetOrAdd(KeyOf(store, criteria), static _ => new Finding());
        await finding.Gate.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            bool current = finding.Found is not null && store.Store.Plan.Equals(finding.Plan);
            if (!current || now - finding.CheckedAt >= maxAge || now < finding.CheckedAt)
            {
                IReadOnlyList<FoundSecret> found = await store.Store.Provider.FindAsync(store.Store.Plan, store.Access, criteria, cancellationToken);
                finding.Found = [.. found.Select(f => Keep(store, f, now))];
                finding.Plan = store.Store.Plan;
                finding.CheckedAt = now;
            }

            return finding.Found!;
        }
        finally
        {
            finding.Gate.Release();
        }
    }

    /// <summary>Forgets finds that nobody asked for in that long.</summary>
    public void Sweep(TimeSpan forgetAfter)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((FetchKey key, Finding finding) in findings)
        {
            if (now - finding.CheckedAt > forgetAfter)
            {
                findings.TryRemove(key, out _);
            }
        }
    }

    private FoundSecret Keep(OpenedStore store, FoundSecret found, DateTimeOffset askedAt)
    {
        if (found.Content is { } content)
        {
            fetch.Learn(store.Access, found.Request, content, askedAt);
        }

        return found with { Content = null };
    }

    private static FetchKey KeyOf(OpenedStore store, FindCriteria criteria)
    {
        string text = string.Join('\n', (string[])[
            "find", store.Store.Provider.Name, store.Store.Plan.StoreRef, criteria.Path ?? "", criteria.NamePattern ?? "",
            .. criteria.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key.Length}:{t.Key}={t.Value}")]);
        return FetchKey.Of(store.Access.Key, text);
    }

    private sealed class Finding
    {
        /// <summary>Single flight: whoever waits takes what the first one found.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public IReadOnlyList<FoundSecret>? Found { get; set; }

        /// <summary>The store's settings then: a prefix or a service decides what is found too.</summary>
        public StorePlan? Plan { get; set; }

        public DateTimeOffset CheckedAt { get; set; }
    }
}
