namespace CsiSecrets.GoRegex.Unicode;

/// <summary>
/// Unicode simple folding as orbits, Go's <c>unicode.SimpleFold</c>: from each code point to the next larger one that folds to the same, and from
/// the largest to the smallest: K, k, U+212A (Kelvin), K.
/// </summary>
internal static class CaseFolding
{
    private static readonly Lazy<(int[] From, int[] To)> Orbits = new(Read);

    public static int Next(int rune)
    {
        var (from, to) = Orbits.Value;
        int index = Array.BinarySearch(from, rune);
        return index < 0 ? rune : to[index];
    }

    /// <summary>Adds what folds to a member of first..last, without that range itself.</summary>
    public static void AddKin(int first, int last, RuneSetBuilder builder)
    {
        var (from, to) = Orbits.Value;
        int index = Array.BinarySearch(from, first);
        for (index = index < 0 ? ~index : index; index < from.Length && from[index] <= last; index++)
        {
            for (int kin = to[index]; kin != from[index]; kin = Next(kin))
            {
                if (kin < first || kin > last)
                {
                    builder.Add(kin, kin);
                }
            }
        }
    }

    private static (int[] From, int[] To) Read()
    {
        var orbits = new SortedDictionary<int, int>();
        foreach (string word in RangeText.Words(FoldData.Ranges))
        {
            int colon = word.IndexOf(':', StringComparison.Ordinal);
            var range = word.AsSpan(0, colon);
            int stride = 1;
            if (range.EndsWith("/2", StringComparison.Ordinal))
            {
                stride = 2;
                range = range[..^2];
            }

            int dash = range.IndexOf('-');
            int first = RangeText.Hex(dash < 0 ? range : range[..dash]);
            int last = dash < 0 ? first : RangeText.Hex(range[(dash + 1)..]);
            var digits = word.AsSpan(colon + 1);
            int delta = digits[0] == '-' ? -RangeText.Hex(digits[1..]) : RangeText.Hex(digits);
            for (int rune = first; rune <= last; rune += stride)
            {
                orbits.Add(rune, rune + delta);
            }
        }

        return ([.. orbits.Keys], [.. orbits.Values]);
    }
}
