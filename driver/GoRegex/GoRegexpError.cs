namespace CsiSecrets.GoRegex;

/// <summary>Why a pattern was refused: Go's error codes.</summary>
internal enum GoRegexpError
{
    InvalidCharRange,
    InvalidEscape,
    InvalidNamedCapture,
    InvalidPerlOp,
    InvalidRepeatOp,
    InvalidRepeatSize,
    InvalidUtf8,
    MissingBracket,
    MissingParen,
    MissingRepeatArgument,
    TrailingBackslash,
    UnexpectedParen,
    NestingDepth,
    Large,

    /// <summary>Not Go's: a replacement grew past the size that its caller allows.</summary>
    OutputTooLarge,
}
