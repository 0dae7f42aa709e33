using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// Code points sorted into classes that no instruction of a program tells apart, so that an automaton needs one transition per class. One more
/// class, <see cref="End"/>, stands for the end of the text.
/// </summary>
internal sealed class RuneClasses
{
    private const Assertions Words = Assertions.WordBoundary | Assertions.NoWordBoundary;
    private const Assertions Lines = Assertions.BeginLine | Assertions.EndLine;

    private readonly byte[]? smallAscii;
    private readonly int[] ascii = new int[128];
    private readonly int[] starts;
    private readonly int[] classes;
    private readonly int[] samples;

    public RuneClasses(RegexProgram program)
    {
        var ranges = Ranges(program);
        starts = Boundaries(ranges);
        classes = new int[starts.Length];
        int count = 1;
        var split = new Dictionary<int, int>();
        foreach (int[] pairs in ranges)
        {
            split.Clear();
            for (int i = 0; i < pairs.Length; i += 2)
            {
                int index = Array.BinarySearch(starts, pairs[i]);
                for (; index < starts.Length && starts[index] <= pairs[i + 1]; index++)
                {
                    if (!split.TryGetValue(classes[index], out int inside))
                    {
                        inside = count++;
                        split.Add(classes[index], inside);
                    }

                    classes[index] = inside;
                }
            }
        }

        count = Renumber(count);
        samples = new int[count];
        for (int i = starts.Length - 1; i >= 0; i--)
        {
            samples[classes[i]] = starts[i];
        }

        for (int c = 0; c < ascii.Length; c++)
        {
            ascii[c] = Find(c);
        }

        smallAscii = count < 256 ? Array.ConvertAll(ascii, c => (byte)c) : null;
        SeesWords = (program.Asserts & Words) != 0;
        SeesLines = (program.Asserts & Lines) != 0;
    }

    /// <summary>The class of the end of the text; one less than <see cref="Count"/>.</summary>
    public int End => samples.Length;

    public int Count => samples.Length + 1;

    private bool SeesWords { get; }

    private bool SeesLines { get; }

    public int OfAscii(byte c) => smallAscii is { } small ? small[c] : ascii[c];

    public int Of(int rune) => rune < 128 ? ascii[rune] : Find(rune);

    /// <summary>Any member of the class.</summary>
    public int Sample(int runeClass) => samples[runeClass];

    public Neighbour NeighbourOf(int runeClass) => runeClass == End ? Neighbour.Edge : Reduce(Position.Of(samples[runeClass]));

    /// <summary>Forgets what no assertion of the program asks for, so that fewer states differ.</summary>
    public Neighbour Reduce(Neighbour neighbour) => neighbour switch
    {
        Neighbour.Word when !SeesWords => Neighbour.Other,
        Neighbour.Newline when !SeesLines => Neighbour.Other,
        _ => neighbour,
    };

    private static List<int[]> Ranges(RegexProgram program)
    {
        var ranges = new List<int[]>();
        var runes = new HashSet<int>();
        foreach (var set in program.Sets)
        {
            ranges.Add(set.Pairs);
        }

        foreach (var inst in program.Insts)
        {
            if (inst.Op == InstOp.Rune && runes.Add(inst.Arg))
            {
                ranges.Add([inst.Arg, inst.Arg]);
            }
        }

        if ((program.Asserts & Words) != 0)
        {
            ranges.Add(['0', '9', 'A', 'Z', '_', '_', 'a', 'z']);
        }

        if ((program.Asserts & Lines) != 0)
        {
            ranges.Add(['\n', '\n']);
        }

        return ranges;
    }

    private static int[] Boundaries(List<int[]> ranges)
    {
        var found = new HashSet<int> { 0 };
        foreach (int[] pairs in ranges)
        {
            for (int i = 0; i < pairs.Length; i += 2)
            {
                found.Add(pairs[i]);
                found.Add(pairs[i + 1] + 1);
            }
        }

        found.Remove(Utf8Rune.Max + 1);
        int[] sorted = [.. found];
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>Splitting leaves numbers without members.</summary>
    private int Renumber(int count)
    {
        int[] names = new int[count];
        Array.Fill(names, -1);
        int used = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            ref int name = ref names[classes[i]];
            name = name < 0 ? used++ : name;
            classes[i] = name;
        }

        return used;
    }

    private int Find(int rune)
    {
        int index = Array.BinarySearch(starts, rune);
        return classes[index < 0 ? ~index - 1 : index];
    }
}
