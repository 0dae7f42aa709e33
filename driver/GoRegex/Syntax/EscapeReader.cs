namespace CsiSecrets.GoRegex.Syntax;

/// <summary>Backslash escapes that stand for one code point: \n, \x{10FFFF}, \123, \., ...</summary>
internal static class EscapeReader
{
    /// <summary>Reads the escape at the reader, which stands on the backslash.</summary>
    public static int Read(ref PatternReader reader)
    {
        int start = reader.Position;
        reader.Position++;
        if (reader.AtEnd)
        {
            throw GoRegexpException.ForPattern(GoRegexpError.TrailingBackslash, []);
        }

        int c = reader.NextRune();
        int rune = c switch
        {
            'a' => '\a',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            'x' => ReadHex(ref reader),
            '0' => ReadOctal(ref reader, 0),

            // One digit other than 0 would be a backreference.
            >= '1' and <= '7' => IsOctal(reader.Peek()) ? ReadOctal(ref reader, c - '0') : -1,
            < 0x80 when !char.IsAsciiLetterOrDigit((char)c) => c,
            _ => -1,
        };
        return rune >= 0 ? rune : throw GoRegexpException.ForPattern(GoRegexpError.InvalidEscape, reader.Since(start));
    }

    private static int ReadOctal(ref PatternReader reader, int value)
    {
        for (int i = 1; i < 3 && IsOctal(reader.Peek()); i++)
        {
            value = (value * 8) + reader.Peek() - '0';
            reader.Position++;
        }

        return value;
    }

    private static int ReadHex(ref PatternReader reader)
    {
        if (reader.AtEnd)
        {
            return -1;
        }

        int c = reader.NextRune();
        if (c != '{')
        {
            int high = Digit(c);
            int low = Digit(reader.NextRune());
            return high < 0 || low < 0 ? -1 : (high * 16) + low;
        }

        int value = 0;
        for (int digits = 0; !reader.AtEnd; digits++)
        {
            c = reader.NextRune();
            if (c == '}')
            {
                return digits > 0 ? value : -1;
            }

            value = Digit(c) < 0 ? -1 : (value * 16) + Digit(c);
            if (value is < 0 or > Utf8Rune.Max)
            {
                return -1;
            }
        }

        return -1;
    }

    private static bool IsOctal(int c) => c is >= '0' and <= '7';

    private static int Digit(int c) => c < 0x80 && char.IsAsciiHexDigit((char)c) ? Convert.ToInt32(((char)c).ToString(), 16) : -1;
}
