using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>What the target of an ExternalSecret should hold, and what that was made from.</summary>
/// <param name="Rendered">Null where the provider has nothing at all for it.</param>
/// <param name="Missing">Entries that the provider says do not exist.</param>
/// <param name="PlanVersion"><see cref="SyncedVersion"/> of the plan.</param>
/// <param name="Versions">The versions of the objects read.</param>
internal sealed record SyncValues(
    RenderedTarget? Rendered, IReadOnlyList<MissingEntry> Missing, string PlanVersion, IReadOnlyDictionary<FetchKey, string?> Versions);
