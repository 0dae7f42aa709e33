namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>What one evaluation may cost.</summary>
internal sealed record JmesPathLimits
{
    public static readonly JmesPathLimits Default = new();

    /// <summary>Longest expression, in UTF-16 units.</summary>
    public const int MaxExpressionLength = 16 * 1024;

    /// <summary>Deepest syntax tree. Evaluation recurses no deeper.</summary>
    public const int MaxExpressionDepth = 256;

    /// <summary>Values visited, elements copied and characters made, in one evaluation.</summary>
    public long MaxSteps { get; init; } = 4_000_000;

    /// <summary>Values and characters in the result, counted where they occur.</summary>
    public long MaxResultSize { get; init; } = 4 * 1024 * 1024;
}
