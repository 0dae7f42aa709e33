namespace CsiSecrets.GoRegex.Syntax;

/// <summary>A position in the pattern's bytes.</summary>
internal ref struct PatternReader(ReadOnlySpan<byte> pattern)
{
    public ReadOnlySpan<byte> Whole { get; } = pattern;

    public int Position { get; set; }

    public readonly ReadOnlySpan<byte> Rest => Whole[Position..];

    public readonly bool AtEnd => Position >= Whole.Length;

    /// <summary>The next byte, or -1 at the end.</summary>
    public readonly int Peek(int ahead = 0) => Position + ahead < Whole.Length ? Whole[Position + ahead] : -1;

    public readonly ReadOnlySpan<byte> Since(int start) => Whole[start..Position];

    public bool TrySkip(ReadOnlySpan<byte> text)
    {
        if (!Rest.StartsWith(text))
        {
            return false;
        }

        Position += text.Length;
        return true;
    }

    /// <summary>Moves over a code point; U+FFFD at the end of the pattern.</summary>
    public int NextRune()
    {
        var (rune, width) = Utf8Rune.First(Rest);
        if (rune == Utf8Rune.Error && width == 1)
        {
            throw GoRegexpException.ForPattern(GoRegexpError.InvalidUtf8, Rest);
        }

        Position += width;
        return rune;
    }

    public static void CheckUtf8(ReadOnlySpan<byte> text)
    {
        var reader = new PatternReader(text);
        while (!reader.AtEnd)
        {
            reader.NextRune();
        }
    }
}
