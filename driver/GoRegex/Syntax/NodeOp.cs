namespace CsiSecrets.GoRegex.Syntax;

internal enum NodeOp
{
    Empty,
    Literal,
    Set,
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
    Capture,
    Star,
    Plus,
    Quest,
    Repeat,
    Concat,
    Alternate,
}
