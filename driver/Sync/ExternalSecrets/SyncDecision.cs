using CsiSecrets.Mirroring;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

internal enum SyncStep
{
    /// <summary>All is as it should be.</summary>
    Nothing,

    /// <summary>Fetch, render, mirror.</summary>
    Refresh,

    /// <summary>The Secret is not as it was made: mirror again, from held values where there are any.</summary>
    Repair,

    /// <summary>The Secret is not as it was made, and the manifest says to leave it.</summary>
    LeaveDrift,

    /// <summary>A repair that another writer undoes waits.</summary>
    WaitToRepair,
}

/// <summary>What a look at an ExternalSecret asks for.</summary>
/// <param name="Step">What.</param>
/// <param name="Refresh">Whether and when a refresh is due.</param>
/// <param name="Drift">How the Secret differs.</param>
internal sealed record SyncDecision(SyncStep Step, RefreshDecision Refresh, DriftVerdict Drift);
