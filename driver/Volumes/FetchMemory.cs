using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>What the fetch layer knows and a later process shall still know: when each object was last current.</summary>
internal sealed record FetchMemory
{
    public required IReadOnlyList<ObjectState> Objects { get; init; }

    public required IReadOnlyList<ObjectState> Listings { get; init; }

    public IReadOnlyList<DeniedCall> Denied { get; init; } = [];

    /// <summary>Whether every entry is one: a file on disk may be another version's, or anybody's.</summary>
    public bool IsWhole() => Objects.Concat(Listings).All(static o => o is not null && o.CheckedAt < VolumeState.Horizon) && Denied.All(static d => d is not null);
}
