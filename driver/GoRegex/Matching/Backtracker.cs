using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// Depth-first search that visits each instruction at each position once: linear, and the fastest way for short texts. It needs one bit for
/// each such pair, which bounds the texts it takes.
/// </summary>
internal sealed class Backtracker(RegexProgram program)
{
    private const int MaxBits = 64 * 1024;
    private const int MaxInstructions = 1000;

    private readonly Stack<(int Pc, int Position)> jobs = new();
    private ulong[] visited = [];
    private int steps;

    public static bool Fits(RegexProgram program, int length) =>
        program.Insts.Length <= MaxInstructions && (long)program.Insts.Length * (length + 1) <= MaxBits;

    public long Bytes => visited.Length * 8L;

    /// <summary>Finds the preferred match in text[from..end], where what lies outside counts for assertions only.</summary>
    /// <param name="slots">Filled with group positions (-1: no part); as many as are wanted. Must hold -1s.</param>
    public bool Find(ReadOnlySpan<byte> text, int from, int end, StartScan? scan, Span<int> slots, SearchWork work)
    {
        int words = ((program.Insts.Length * (end - from + 1)) + 63) >> 6;
        if (visited.Length < words)
        {
            visited = new ulong[words];
        }
        else
        {
            visited.AsSpan(0, words).Clear();
        }

        steps = words / 8;
        bool found = scan is null || scan.IsAnchored
            ? (scan is null || from == 0) && Run(text, from, from, end, slots)
            : FindAnywhere(text, from, end, scan, slots, work);
        work.Spend(steps);
        return found;
    }

    private bool FindAnywhere(ReadOnlySpan<byte> text, int from, int end, StartScan scan, Span<int> slots, SearchWork work)
    {
        for (int start = scan.Next(text, from, work); start >= 0 && start <= end; start = scan.Next(text, start, work))
        {
            if (Run(text, start, from, end, slots))
            {
                return true;
            }

            if (start == end)
            {
                break;
            }

            start += Utf8Rune.First(text[start..]).Width;
        }

        return false;
    }

    private bool Run(ReadOnlySpan<byte> text, int start, int origin, int end, Span<int> slots)
    {
        if (slots.Length > 0)
        {
            slots[0] = start;
        }

        int span = end - origin + 1;
        jobs.Clear();
        jobs.Push((program.Start, start));
        while (jobs.TryPop(out var job))
        {
            var (pc, position) = job;
            if (pc < 0)
            {
                // A capture is undone on the way back: position is what the slot held.
                slots[~pc] = position;
                continue;
            }

            if (Follow(text, pc, position, origin, span, slots))
            {
                return true;
            }
        }

        return false;
    }

    private bool Follow(ReadOnlySpan<byte> text, int pc, int position, int origin, int span, Span<int> slots)
    {
        while (true)
        {
            int bit = (pc * span) + position - origin;
            ref ulong word = ref visited[bit >> 6];
            if ((word >> bit & 1) != 0)
            {
                return false;
            }

            word |= 1UL << bit;
            steps++;
            ref readonly var inst = ref program.Insts[pc];
            switch (inst.Op)
            {
                case InstOp.Fail:
                    return false;
                case InstOp.Match:
                    if (slots.Length > 1)
                    {
                        slots[1] = position;
                    }

                    return true;
                case InstOp.Alt:
                    jobs.Push((inst.Arg, position));
                    break;
                case InstOp.Capture:
                    if (inst.Arg < slots.Length)
                    {
                        jobs.Push((~inst.Arg, slots[inst.Arg]));
                        slots[inst.Arg] = position;
                    }

                    break;
                case InstOp.Assert:
                    if (((Assertions)inst.Arg & Position.At(text, position)) == 0)
                    {
                        return false;
                    }

                    break;
                case InstOp.Rune or InstOp.Set:
                    var (rune, width) = position - origin < span - 1 ? Utf8Rune.First(text[position..]) : (0, 0);
                    if (width == 0 || !program.Accepts(inst, rune))
                    {
                        return false;
                    }

                    position += width;
                    break;
                default:
                    break;
            }

            pc = inst.Out;
        }
    }
}
