using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Formatting;

/// <summary>
/// Bytes to look for, in time linear in the text whatever both hold. The vectorised search of short needles degrades only by their length;
/// long ones go by Knuth, Morris and Pratt.
/// </summary>
internal sealed class Needle
{
    private const int Short = 64;

    private readonly GoString needle;

    /// <summary>For each prefix, the length of its longest border; null for short needles.</summary>
    private readonly int[]? borders;

    public Needle(GoString needle, int textLength, RenderBudget? budget)
    {
        this.needle = needle;
        if (needle.Length <= Short || needle.Length > textLength)
        {
            return;
        }

        budget?.Charge(4L * needle.Length);
        borders = Borders(needle.Span);
    }

    public int IndexIn(ReadOnlySpan<byte> text)
    {
        if (borders is null)
        {
            return text.IndexOf(needle.Span);
        }

        ReadOnlySpan<byte> wanted = needle.Span;
        int matched = 0;
        for (int i = 0; i < text.Length; i++)
        {
            matched = Extend(wanted, borders, matched, text[i]);
            if (matched == wanted.Length)
            {
                return i + 1 - matched;
            }
        }

        return -1;
    }

    private static int[] Borders(ReadOnlySpan<byte> needle)
    {
        int[] borders = new int[needle.Length + 1];
        for (int i = 1; i < needle.Length; i++)
        {
            borders[i + 1] = Extend(needle, borders, borders[i], needle[i]);
        }

        return borders;
    }

    private static int Extend(ReadOnlySpan<byte> needle, int[] borders, int matched, byte next)
    {
        while (matched > 0 && (matched == needle.Length || needle[matched] != next))
        {
            matched = borders[matched];
        }

        return needle[matched] == next ? matched + 1 : matched;
    }
}
