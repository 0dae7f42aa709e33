using System.Globalization;

namespace CsiSecrets.Templates.Dates;

/// <summary>Zone names as Go's time package tells them from other text.</summary>
internal static class ZoneText
{
    /// <summary>Length of the abbreviation that the text starts with; 0 where it starts with none.</summary>
    public static int AbbreviationLength(string value)
    {
        if (value.Length < 3)
        {
            return 0;
        }

        if (value.StartsWith("ChST", StringComparison.Ordinal) || value.StartsWith("MeST", StringComparison.Ordinal))
        {
            return 4;
        }

        if (value.StartsWith("GMT", StringComparison.Ordinal))
        {
            return 3 + SignedHours(value[3..]);
        }

        if (value[0] is '+' or '-')
        {
            return SignedHours(value);
        }

        int upper = value.TakeWhile(char.IsAsciiLetterUpper).Take(6).Count();
        return upper switch
        {
            5 when value[4] == 'T' => 5,
            4 when value[3] == 'T' || value.StartsWith("WITA", StringComparison.Ordinal) => 4,
            3 => 3,
            _ => 0,
        };
    }

    private static int SignedHours(string value)
    {
        if (value.Length == 0 || value[0] is not ('+' or '-'))
        {
            return 0;
        }

        int digits = value.Skip(1).TakeWhile(char.IsAsciiDigit).Count();
        return digits is > 0 and < 6 && int.Parse(value.AsSpan(1, digits), CultureInfo.InvariantCulture) <= 23 ? digits + 1 : 0;
    }
}
