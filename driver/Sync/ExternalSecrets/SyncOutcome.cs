using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>What one look at an ExternalSecret came to; the shell writes it.</summary>
internal sealed record SyncOutcome
{
    /// <summary>Nothing to write, nothing to wait for.</summary>
    public static readonly SyncOutcome Nothing = new();

    /// <summary>A store is about to be validated, and what that says comes first.</summary>
    public static readonly SyncOutcome Waiting = new() { WaitsForStore = true };

    public bool WaitsForStore { get; init; }

    /// <summary>To be written; null where the one that is there says the same.</summary>
    public ExternalSecretStatus? Status { get; init; }

    public IReadOnlyList<SyncEvent> Events { get; init; } = [];

    /// <summary>When to look again by the clock; null for not by the clock.</summary>
    public TimeSpan? Again { get; init; }

    /// <summary>Look again after a wait that grows with each failure in a row.</summary>
    public bool Retry { get; init; }

    /// <summary>For the counters: whether it was a sync (not a mere look), and whether that failed.</summary>
    public bool Synced { get; init; }

    public bool Failed { get; init; }

    /// <summary>What the log says of the failure, where the status changes with it.</summary>
    public string Logged { get; init; } = "";

    /// <summary>For the counter: a Secret that somebody changed was made right again.</summary>
    public bool Repaired { get; init; }

    /// <summary>For the gauge: the Secret differs from what it should be, and is left so.</summary>
    public bool Drifted { get; init; }
}
