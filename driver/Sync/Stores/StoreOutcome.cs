using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.Stores;

/// <summary>What a look at a store says.</summary>
/// <param name="Status">To be written; null where the one that is there says the same.</param>
/// <param name="Event">On a transition only.</param>
/// <param name="Again">When to look again.</param>
/// <param name="Failed">The next look comes by backoff.</param>
internal sealed record StoreOutcome(StoreStatus? Status, SyncEvent? Event, TimeSpan Again, bool Failed)
{
    /// <summary>What the log says of the failure, where the status changes with it.</summary>
    public string Logged { get; init; } = "";
}
