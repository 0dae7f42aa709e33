namespace CsiSecrets.GoRegex.Unicode;

/// <summary>An immutable set of code points: sorted, disjoint, non-adjacent ranges, and a bitmap for ASCII.</summary>
internal sealed class RuneSet : IEquatable<RuneSet>
{
    private readonly ulong lowAscii;
    private readonly ulong highAscii;
    private readonly int hash;

    /// <param name="pairs">first0, last0, first1, last1, ...: sorted, disjoint and non-adjacent; owned by the set from here on.</param>
    public RuneSet(int[] pairs)
    {
        Pairs = pairs;
        var code = default(HashCode);
        for (int i = 0; i < pairs.Length; i += 2)
        {
            code.Add(pairs[i]);
            code.Add(pairs[i + 1]);
            for (int c = pairs[i]; c <= pairs[i + 1] && c < 128; c++)
            {
                if (c < 64)
                {
                    lowAscii |= 1UL << c;
                }
                else
                {
                    highAscii |= 1UL << (c - 64);
                }
            }
        }

        hash = code.ToHashCode();
    }

    public static RuneSet Any { get; } = new([0, Utf8Rune.Max]);

    public static RuneSet AnyButNewline { get; } = new([0, '\n' - 1, '\n' + 1, Utf8Rune.Max]);

    public int[] Pairs { get; }

    public bool Contains(int rune)
    {
        if (rune < 64)
        {
            return (lowAscii >> rune & 1) != 0;
        }

        if (rune < 128)
        {
            return (highAscii >> (rune - 64) & 1) != 0;
        }

        int low = 0;
        int high = Pairs.Length >> 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (rune > Pairs[(2 * middle) + 1])
            {
                low = middle + 1;
            }
            else if (rune < Pairs[2 * middle])
            {
                high = middle;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(RuneSet? other) => other is not null && Pairs.AsSpan().SequenceEqual(other.Pairs);

    public override bool Equals(object? obj) => Equals(obj as RuneSet);

    public override int GetHashCode() => hash;
}
