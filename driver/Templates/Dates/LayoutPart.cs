namespace CsiSecrets.Templates.Dates;

/// <summary>One element of a layout: the text before it, and its own text ("" at the end).</summary>
internal readonly record struct LayoutPart(string Before, string Element, string After)
{
    private static readonly string[] Zones = ["Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07"];
    private static readonly string[] Offsets = ["-070000", "-07:00:00", "-0700", "-07:00", "-07"];

    /// <summary>The first element of a layout.</summary>
    public static LayoutPart Next(string layout)
    {
        for (int i = 0; i < layout.Length; i++)
        {
            string rest = layout[i..];
            if (Match(rest) is { } element)
            {
                // "_2006" is a literal underscore and a year.
                bool literal = element == "_2006";
                int start = literal ? i + 1 : i;
                element = literal ? "2006" : element;
                return new LayoutPart(layout[..start], element, layout[(start + element.Length)..]);
            }
        }

        return new LayoutPart(layout, "", "");
    }

    private static string? Match(string rest) => rest[0] switch
    {
        'J' => Starts(rest, "January") ?? Short(rest, "Jan"),
        'M' => Starts(rest, "Monday") ?? Short(rest, "Mon") ?? Starts(rest, "MST"),
        '0' when rest.Length > 1 && rest[1] is >= '1' and <= '6' => rest[..2],
        '0' => Starts(rest, "002"),
        '1' => Starts(rest, "15") ?? "1",
        '2' => Starts(rest, "2006") ?? "2",
        '_' => Starts(rest, "_2006") ?? Starts(rest, "_2") ?? Starts(rest, "__2"),
        '3' or '4' or '5' => rest[..1],
        'P' => Starts(rest, "PM"),
        'p' => Starts(rest, "pm"),
        '-' => Array.Find(Offsets, o => rest.StartsWith(o, StringComparison.Ordinal)),
        'Z' => Array.Find(Zones, z => rest.StartsWith(z, StringComparison.Ordinal)),
        '.' or ',' => Fraction(rest),
        _ => null,
    };

    private static string? Starts(string text, string word) => text.StartsWith(word, StringComparison.Ordinal) ? word : null;

    /// <summary>A short name that no lower-case letter follows.</summary>
    private static string? Short(string text, string word) =>
        Starts(text, word) is not null && (text.Length == 3 || !char.IsAsciiLetterLower(text[3])) ? word : null;

    private static string? Fraction(string text)
    {
        if (text.Length < 2 || text[1] is not ('0' or '9'))
        {
            return null;
        }

        int end = 1;
        while (end < text.Length && text[end] == text[1])
        {
            end++;
        }

        return end < text.Length && char.IsAsciiDigit(text[end]) ? null : text[..end];
    }
}
