using System.Collections.Concurrent;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Finds, each asked once for all ExternalSecrets of one credential key, under the breaker of that access: who comes while one is under way
/// joins it, its failure too. Values that a listing brought along go to shared fetching, which bounds and clears them; only names are kept here.</summary>
internal sealed class SharedFinds(SharedFetch fetch, TimeProvider time)
{
    private readonly ConcurrentDictionary<FetchKey, Finding> findings = new();

    public Task<IReadOnlyList<FoundSecret>> GetAsync(
        OpenedStore store, FindCriteria criteria, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        Finding finding = findings.GetOrAdd(KeyOf(store, criteria), static _ => new Finding());
        Task<IReadOnlyList<FoundSecret>> flight;
        lock (finding)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (!store.Store.Plan.Equals(finding.Plan))
            {
                (finding.Plan, finding.Found, finding.Flight) = (store.Store.Plan, null, null);
            }

            if (finding.Found is { } found && now - finding.CheckedAt < maxAge && now >= finding.CheckedAt)
            {
                return Task.FromResult(found);
            }

            // It outlives a caller that goes away: others have joined it.
            flight = finding.Flight is { IsCompleted: false } there ? there : Task.Run(() => FindAsync(finding, store, criteria, now), CancellationToken.None);
            finding.Flight = flight;
        }

        return flight.WaitAsync(cancellationToken);
    }

    /// <summary>How many finds are remembered.</summary>
    public int Count => findings.Count;

    /// <summary>Forgets finds that nobody asked for in that long.</summary>
    public void Sweep(TimeSpan forgetAfter)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((FetchKey key, Finding finding) in findings)
        {
            lock (finding)
            {
                // What is asked for the first time was never checked, and is not forgotten before it is answered.
                if (now - finding.CheckedAt > forgetAfter && finding.Flight is not { IsCompleted: false })
                {
                    findings.TryRemove(key, out _);
                }
            }
        }
    }

    private async Task<IReadOnlyList<FoundSecret>> FindAsync(Finding finding, OpenedStore store, FindCriteria criteria, DateTimeOffset askedAt)
    {
        (IStoreProvider provider, StorePlan plan) = (store.Store.Provider, store.Store.Plan);
        IReadOnlyList<FoundSecret> found = await fetch.AskAsync(
            store.Access, $"{plan.StoreRef}: find", token => provider.FindAsync(plan, store.Access, criteria, token));
        IReadOnlyList<FoundSecret> kept = [.. found.Select(f => Keep(store, f, askedAt))];
        lock (finding)
        {
            if (plan.Equals(finding.Plan))
            {
                (finding.Found, finding.CheckedAt) = (kept, askedAt);
            }
        }

        return kept;
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

    /// <summary>Guarded by itself; never held over a call.</summary>
    private sealed class Finding
    {
        /// <summary>The call under way, or the last one.</summary>
        public Task<IReadOnlyList<FoundSecret>>? Flight { get; set; }

        public IReadOnlyList<FoundSecret>? Found { get; set; }

        /// <summary>The store's settings then: a prefix or a service decides what is found too.</summary>
        public StorePlan? Plan { get; set; }

        public DateTimeOffset CheckedAt { get; set; }
    }
}
