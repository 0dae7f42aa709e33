namespace CsiSecrets.Reload.Sources;

/// <summary>What is known of a source now: marks and hashes, never content.</summary>
internal sealed record SourceState
{
    public required SourceKey Key { get; init; }

    /// <summary>The hash that Reloader computes of the content.</summary>
    public required string PeerHash { get; init; }

    /// <summary>What the same object showed right before, where the change was watched as it happened; else empty.</summary>
    public string Before { get; init; } = "";

    /// <summary>Never a reason to reload.</summary>
    public bool Ignored { get; init; }

    /// <summary>Tagged for workloads that search.</summary>
    public bool Tagged { get; init; }
}
