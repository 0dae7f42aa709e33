using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>title, untitle, swapcase.</summary>
internal static class StringCases
{
    /// <summary>Go's strings.Title: a letter after a separator goes to title case.</summary>
    public static GoString Title(GoString text)
    {
        int previous = ' ';
        return GoText.Map(text, rune =>
        {
            bool start = IsSeparator(previous);
            previous = rune;
            return start ? GoUnicode.ToTitle(rune) : rune;
        });
    }

    public static GoString Uncapitalize(GoString text)
    {
        bool start = true;
        return GoText.Map(text, rune =>
        {
            if (GoUnicode.IsSpace(rune))
            {
                start = true;
                return rune;
            }

            bool lower = start;
            start = false;
            return lower ? GoUnicode.ToLower(rune) : rune;
        });
    }

    /// <summary>Upper goes to lower, lower to upper, but to title case at the start of a word.</summary>
    public static GoString Swap(GoString text)
    {
        bool start = true;
        return GoText.Map(text, rune =>
        {
            bool first = start;
            start = false;
            if (GoUnicode.IsUpper(rune) || GoUnicode.IsTitle(rune))
            {
                return GoUnicode.ToLower(rune);
            }

            if (GoUnicode.IsLower(rune))
            {
                return first ? GoUnicode.ToTitle(rune) : GoUnicode.ToUpper(rune);
            }

            start = GoUnicode.IsSpace(rune);
            return rune;
        });
    }

    private static bool IsSeparator(int rune)
    {
        if (rune < 0x80)
        {
            return !(char.IsAsciiLetterOrDigit((char)rune) || rune == '_');
        }

        return !GoUnicode.IsLetter(rune) && !GoUnicode.IsDigit(rune) && GoUnicode.IsSpace(rune);
    }
}
