namespace CsiSecrets.Posix;

/// <summary>One line of mountinfo, unescaped.</summary>
internal sealed record MountEntry
{
    public required int Id { get; init; }

    public required int Parent { get; init; }

    /// <summary><c>major:minor</c>.</summary>
    public required string Device { get; init; }

    /// <summary>What of the file system is mounted.</summary>
    public required string Root { get; init; }

    public required string MountPoint { get; init; }

    /// <summary>Options of this mount, comma-separated.</summary>
    public required string Options { get; init; }

    /// <summary>The optional fields, e.g. <c>shared:1</c>.</summary>
    public required IReadOnlyList<string> Propagation { get; init; }

    public required string FileSystem { get; init; }

    public required string Source { get; init; }

    /// <summary>Options of the file system, comma-separated.</summary>
    public required string SuperOptions { get; init; }
}
