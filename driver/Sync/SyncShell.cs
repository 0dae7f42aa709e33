using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Sync;

/// <summary>What the shells around the reconcilers share.</summary>
internal sealed record SyncShell
{
    public required EventWriter Events { get; init; }

    public required SyncMeters SyncMeters { get; init; }

    public required HeldValues Held { get; init; }

    /// <summary>Whose turn it is to write.</summary>
    public WorkTurns Writes { get; init; } = new(16);

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>Timers go no further than this: whoever waits longer looks in between.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromHours(6);
}
