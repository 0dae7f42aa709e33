using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>What one look at a class came to; the shell writes it.</summary>
internal sealed record MirrorLook
{
    /// <summary>To be written; null where the one that is there says the same.</summary>
    public SecretProviderClassStatus? Status { get; init; }

    public IReadOnlyList<SyncEvent> Events { get; init; } = [];

    /// <summary>Null: what was known counts no more.</summary>
    public MirrorRecord? Record { get; init; }

    /// <summary>When to look again; null: when something changes.</summary>
    public TimeSpan? Again { get; init; }

    /// <summary>The next look comes by backoff.</summary>
    public bool Failed { get; init; }
}
