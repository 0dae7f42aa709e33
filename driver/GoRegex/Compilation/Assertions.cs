namespace CsiSecrets.GoRegex.Compilation;

/// <summary>What can be asked of a position between two code points.</summary>
[Flags]
internal enum Assertions
{
    None = 0,
    BeginLine = 1,
    EndLine = 2,
    BeginText = 4,
    EndText = 8,
    WordBoundary = 16,
    NoWordBoundary = 32,
}
