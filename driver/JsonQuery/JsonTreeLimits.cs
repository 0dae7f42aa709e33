namespace CsiSecrets.JsonQuery;

/// <summary>How much hostile input may cost. Sizes in bytes; depth counts nested arrays and objects.</summary>
internal sealed record JsonTreeLimits
{
    public static readonly JsonTreeLimits Default = new();

    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    public int MaxDepth { get; init; } = 128;
}
