using CsiSecrets.Kube.Work;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>What every step shares.</summary>
internal sealed record SyncParts
{
    public required SyncCluster Cluster { get; init; }

    public required SyncDecider Decider { get; init; }

    public required HeldValues Held { get; init; }

    public required WorkTurns Writes { get; init; }

    public required SyncOptions Options { get; init; }

    public required TimeProvider Time { get; init; }
}
