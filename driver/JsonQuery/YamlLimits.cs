namespace CsiSecrets.JsonQuery;

/// <summary>How much hostile YAML may cost.</summary>
internal sealed record YamlLimits
{
    public static readonly YamlLimits Default = new();

    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    public int MaxDepth { get; init; } = 64;

    /// <summary>Values and characters of all documents, with each alias counted as what it stands for.</summary>
    public long MaxExpandedSize { get; init; } = 8 * 1024 * 1024;
}
