using System.Collections.Concurrent;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>Listings (selections by path, pattern or tag), each asked once for all volumes of one credential key. A listing finds names; it is
/// never evidence that a value is fresh.</summary>
internal sealed class SharedListings(TimeProvider time)
{
    private readonly ConcurrentDictionary<FetchKey, Listing> listings = new();

    public int Count => listings.Count;

    public DateTimeOffset? CheckedAt(FetchKey key) => listings.TryGetValue(key, out Listing? listing) ? listing.CheckedAt : null;

    public async Task<IReadOnlyList<PlannedObject>> GetAsync(
        ISecretProvider provider,
        ProviderAccess access,
        ClassPlan plan,
        PlannedSelection selection,
        TimeSpan maxAge,
        CancellationToken cancellationToken)
    {
        FetchKey key = KeyOf(access, selection);
        Listing listing = listings.GetOrAdd(key, static _ => new Listing());
        await listing.Gate.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (listing.Objects is null || now - listing.CheckedAt >= maxAge || now < listing.CheckedAt)
            {
                listing.Objects = await provider.ListAsync(access, plan, selection, cancellationToken);
                listing.CheckedAt = now;
            }

            return listing.Objects;
        }
        finally
        {
            listing.Gate.Release();
        }
    }

    public static FetchKey KeyOf(ProviderAccess access, PlannedSelection selection) =>
        FetchKey.Of(access.Key, "list:" + selection.Request.ObjectKey);

    public IReadOnlyList<ObjectState> Snapshot() =>
        [.. listings.Where(l => l.Value.CheckedAt != default).Select(l => new ObjectState(l.Key, ObjectState.ListingVersion, l.Value.CheckedAt))];

    public void Restore(IEnumerable<ObjectState> states)
    {
        foreach (ObjectState state in states)
        {
            listings.TryAdd(state.Key, new Listing { CheckedAt = state.CheckedAt });
        }
    }

    public void Sweep(TimeSpan forgetAfter)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((FetchKey key, Listing listing) in listings)
        {
            // One that is read for the first time was never checked, and is not forgotten before it is answered.
            if (now - listing.CheckedAt > forgetAfter && listing.Gate.CurrentCount > 0)
            {
                listings.TryRemove(key, out _);
            }
        }
    }

    private sealed class Listing
    {
        /// <summary>Single flight: whoever waits takes what the first one found.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public IReadOnlyList<PlannedObject>? Objects { get; set; }

        public DateTimeOffset CheckedAt { get; set; }
    }
}
