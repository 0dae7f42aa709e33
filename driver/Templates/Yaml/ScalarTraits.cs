using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Yaml;

/// <summary>Which styles a scalar's text allows: libyaml's analysis.</summary>
internal readonly record struct ScalarTraits(bool Multiline, bool PlainAllowed, bool SingleAllowed, bool BlockAllowed)
{
    public static ScalarTraits Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return new ScalarTraits(false, true, true, false);
        }

        bool indicators = text.StartsWith("---"u8) || text.StartsWith("..."u8);
        bool special = false;
        bool lineBreaks = false;
        bool breakSpace = false;
        bool spaceBreak = false;
        bool afterSpace = false;
        bool afterBreak = false;
        bool afterBlank = true;
        bool edge = false;
        bool trailingSpace = false;
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            bool last = i + width >= text.Length;
            bool beforeBlank = last || text[i + width] is (byte)' ' or (byte)'\t';
            indicators |= i == 0 ? StartsIndicator(rune, beforeBlank) : (rune == ':' && beforeBlank) || (rune == '#' && afterBlank);
            special |= !IsPrintable(rune);
            bool space = rune == ' ';
            bool lineBreak = IsBreak(rune);
            edge |= (space || lineBreak) && (i == 0 || last);
            trailingSpace |= space && last;
            breakSpace |= space && afterBreak;
            spaceBreak |= lineBreak && afterSpace;
            lineBreaks |= lineBreak;
            afterSpace = space;
            afterBreak = lineBreak;
            afterBlank = space || lineBreak || rune is '\t' or 0;
            i += width;
        }

        bool odd = spaceBreak || special;
        return new ScalarTraits(
            lineBreaks,
            !(edge || breakSpace || odd || lineBreaks || indicators),
            !(breakSpace || odd),
            !(trailingSpace || odd));
    }

    public static bool IsBreak(int rune) => rune is '\n' or '\r' or 0x85 or 0x2028 or 0x2029;

    /// <summary>What the writer does not escape; beyond the basic plane it escapes all.</summary>
    public static bool IsPrintable(int rune) =>
        rune is '\n' or (>= 0x20 and <= 0x7E) or (>= 0xA0 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD and not 0xFEFF);

    private static bool StartsIndicator(int rune, bool beforeBlank) => rune switch
    {
        '#' or ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' => true,
        '?' or ':' or '-' => beforeBlank,
        _ => false,
    };
}
