namespace CsiSecrets.GoRegex.Syntax;

/// <summary>What a pattern may cost. Nesting and repeat counts are Go's; sizes are far below Go's 3.3 million instructions and 32 million ranges.</summary>
internal static class Limits
{
    public const int MaxHeight = 1000;

    /// <summary>The largest repeat count, alone and multiplied through nested repeats.</summary>
    public const int MaxCopies = 1000;

    public const int MaxInstructions = 128 * 1024;

    /// <summary>Ranges in all bracket expressions of a pattern.</summary>
    public const int MaxRanges = 256 * 1024;

    /// <summary>Capture positions that the simulation may have to hold: instructions that consume, times group boundaries.</summary>
    public const int MaxCaptureCells = 1024 * 1024;
}
