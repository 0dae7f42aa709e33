namespace CsiSecrets.Resolution;

/// <summary>One object as it was last written into a volume. It is kept in the volume's state file: no value, no token.</summary>
internal sealed record AppliedObject
{
    public required string Name { get; init; }

    public required FetchKey Key { get; init; }

    /// <summary>Null when an optional object was absent.</summary>
    public string? Version { get; init; }

    public required string Shape { get; init; }

    public required IReadOnlyList<AppliedFile> Files { get; init; }

    /// <summary>Made from the others, by templates: nothing that a provider knows.</summary>
    public bool Derived { get; init; }
}

/// <summary>One file of an applied object: all but its content.</summary>
internal sealed record AppliedFile
{
    public required string Path { get; init; }

    public required int Mode { get; init; }

    public int? Uid { get; init; }

    public int? Gid { get; init; }

    /// <summary>Id and version under <c>status.objects</c> of the pod status.</summary>
    public required string Id { get; init; }

    public required string Version { get; init; }
}
