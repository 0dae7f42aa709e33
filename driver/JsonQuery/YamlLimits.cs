namespace CsiSecrets.JsonQuery;

/// <summary>How much hostile YAML may cost, and where its scalars are taken literally.</summary>
internal sealed record YamlLimits
{
    public static readonly YamlLimits Default = new();

    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    public int MaxDepth { get; init; } = 64;

    /// <summary>Values and characters of all documents, with each alias counted as what it stands for.</summary>
    public long MaxExpandedSize { get; init; } = 8 * 1024 * 1024;

    /// <summary>Plain scalars that are values at this depth (the members of the root are at 1) are texts as they are written, whatever they
    /// look like; only an absent one is null. Zero for none.</summary>
    public int PlainTextDepth { get; init; }
}
