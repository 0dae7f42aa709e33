namespace CsiSecrets.GoRegex.Compilation;

/// <summary>All that assertions need to know of a code point next to a position.</summary>
internal enum Neighbour
{
    Other,
    Word,
    Newline,

    /// <summary>No code point: the text ends there.</summary>
    Edge,
}
