namespace CsiSecrets.GoRegex.Unicode;

/// <summary>Collects ranges in any order, with or without their case-folded kin, into a <see cref="RuneSet"/>.</summary>
internal sealed class RuneSetBuilder
{
    private readonly List<(int First, int Last)> ranges = [];

    /// <summary>Ranges collected so far: what the parser charges against its limit.</summary>
    public int Count => ranges.Count;

    public RuneSetBuilder Add(int first, int last)
    {
        if (ranges.Count > 0)
        {
            var (f, l) = ranges[^1];
            if (first <= l + 1 && f <= last + 1)
            {
                ranges[^1] = (Math.Min(f, first), Math.Max(l, last));
                return this;
            }
        }

        ranges.Add((first, last));
        return this;
    }

    public RuneSetBuilder AddFolded(int first, int last)
    {
        Add(first, last);
        CaseFolding.AddKin(first, last, this);
        return this;
    }

    public RuneSetBuilder Add(RuneSet set)
    {
        for (int i = 0; i < set.Pairs.Length; i += 2)
        {
            Add(set.Pairs[i], set.Pairs[i + 1]);
        }

        return this;
    }

    public RuneSetBuilder AddNegated(RuneSet set)
    {
        int next = 0;
        for (int i = 0; i < set.Pairs.Length; i += 2)
        {
            if (next < set.Pairs[i])
            {
                Add(next, set.Pairs[i] - 1);
            }

            next = set.Pairs[i + 1] + 1;
        }

        if (next <= Utf8Rune.Max)
        {
            Add(next, Utf8Rune.Max);
        }

        return this;
    }

    /// <summary>The set with every code point that folds to a member.</summary>
    public static RuneSet Fold(RuneSet set)
    {
        var builder = new RuneSetBuilder();
        for (int i = 0; i < set.Pairs.Length; i += 2)
        {
            builder.AddFolded(set.Pairs[i], set.Pairs[i + 1]);
        }

        return builder.Build();
    }

    public static RuneSet Negate(RuneSet set) => new RuneSetBuilder().AddNegated(set).Build();

    public RuneSet Build()
    {
        ranges.Sort();
        var pairs = new List<int>(ranges.Count * 2);
        foreach (var (first, last) in ranges)
        {
            if (pairs.Count > 0 && first <= pairs[^1] + 1)
            {
                pairs[^1] = Math.Max(pairs[^1], last);
            }
            else
            {
                pairs.Add(first);
                pairs.Add(last);
            }
        }

        return new RuneSet([.. pairs]);
    }
}
