namespace CsiSecrets.Reload.Decisions;

/// <summary>What is to be done with a workload.</summary>
internal sealed record ReloadDecision
{
    /// <summary>Why it is rolled; empty when it is not.</summary>
    public IReadOnlyList<SourceChange> Changes { get; init; } = [];

    /// <summary>The record to write; null when the one that is there is right, empty to take it away.</summary>
    public string? Record { get; init; }

    /// <summary>A Deployment that was paused here has rested long enough.</summary>
    public bool Resume { get; init; }

    /// <summary>When to look again; null for no time.</summary>
    public TimeSpan? Again { get; init; }
}
