using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Yaml;

/// <summary>go-yaml's natural order of keys: numbers inside by value, other signs before letters.</summary>
internal static class YamlKeyOrder
{
    public static int Compare(GoString left, GoString right)
    {
        int[] a = Utf8.Runes(left.Span);
        int[] b = Utf8.Runes(right.Span);
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
            {
                return Differ(a, b, i) ? -1 : 1;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <summary>Whether a comes first, given that they differ first at <paramref name="at"/>.</summary>
    private static bool Differ(int[] a, int[] b, int at)
    {
        bool letterA = GoUnicode.IsLetter(a[at]);
        bool letterB = GoUnicode.IsLetter(b[at]);
        if (letterA || letterB)
        {
            return letterA && letterB ? a[at] < b[at] : letterB;
        }

        long start = 0;
        if (a[at] == '0' || b[at] == '0')
        {
            for (int j = at - 1; j >= 0 && GoUnicode.IsDigit(a[j]) && start == 0; j--)
            {
                start = a[j] != '0' ? 1 : 0;
            }
        }

        long numberA = Number(a, at, start, out int endA);
        long numberB = Number(b, at, start, out int endB);
        return numberA != numberB ? numberA < numberB : endA != endB ? endA < endB : a[at] < b[at];
    }

    private static long Number(int[] runes, int at, long start, out int end)
    {
        long number = start;
        for (end = at; end < runes.Length && GoUnicode.IsDigit(runes[end]); end++)
        {
            number = unchecked((number * 10) + (runes[end] - '0'));
        }

        return number;
    }
}
