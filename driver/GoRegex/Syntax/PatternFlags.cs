namespace CsiSecrets.GoRegex.Syntax;

/// <summary>The flags that a pattern can switch: (?i), (?m), (?s), (?U).</summary>
[Flags]
internal enum PatternFlags
{
    None = 0,
    FoldCase = 1,
    MultiLine = 2,
    DotNewline = 4,
    Ungreedy = 8,
}
