namespace CsiSecrets.GoRegex.Compilation;

/// <summary>Which assertions hold at a position.</summary>
internal static class Position
{
    public static Assertions Between(Neighbour left, Neighbour right)
    {
        var holds = (left == Neighbour.Word) != (right == Neighbour.Word) ? Assertions.WordBoundary : Assertions.NoWordBoundary;
        holds |= left switch
        {
            Neighbour.Edge => Assertions.BeginText | Assertions.BeginLine,
            Neighbour.Newline => Assertions.BeginLine,
            _ => Assertions.None,
        };
        holds |= right switch
        {
            Neighbour.Edge => Assertions.EndText | Assertions.EndLine,
            Neighbour.Newline => Assertions.EndLine,
            _ => Assertions.None,
        };
        return holds;
    }

    public static Assertions At(ReadOnlySpan<byte> text, int position) => Between(Before(text, position), After(text, position));

    public static Neighbour Before(ReadOnlySpan<byte> text, int position) =>
        position == 0 ? Neighbour.Edge : Of(text[position - 1]);

    public static Neighbour After(ReadOnlySpan<byte> text, int position) =>
        position == text.Length ? Neighbour.Edge : Of(text[position]);

    // Words and newlines are ASCII, so one byte tells.
    public static Neighbour Of(int rune) => rune == '\n' ? Neighbour.Newline : Utf8Rune.IsWord(rune) ? Neighbour.Word : Neighbour.Other;
}
