namespace CsiSecrets.Resolution.FileTemplates;

/// <summary>A file of a volume that a template makes of the objects' values.</summary>
internal sealed record FileTemplate
{
    /// <summary>Relative to the volume's root.</summary>
    public required string Path { get; init; }

    public required string Text { get; init; }

    /// <summary>Permission bits.</summary>
    public required int Mode { get; init; }

    public int? Uid { get; init; }

    public int? Gid { get; init; }
}
