using CsiSecrets.Resolution;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>What the last good look at a class left: while it holds, the next one need not read a value. Names and versions only.</summary>
internal sealed record MirrorRecord
{
    /// <summary>The edition of the class.</summary>
    public required string Edition { get; init; }

    /// <summary>In whose name it was read.</summary>
    public required string Source { get; init; }

    public required IReadOnlyList<AppliedObject> Applied { get; init; }

    /// <summary>The resource version of each Secret, as it was left.</summary>
    public required IReadOnlyDictionary<string, string> Secrets { get; init; }

    /// <summary>The uids of the owners that they have.</summary>
    public required IReadOnlySet<string> Owners { get; init; }

    /// <summary>The clock's timestamp, which nobody sets.</summary>
    public required long At { get; init; }
}
