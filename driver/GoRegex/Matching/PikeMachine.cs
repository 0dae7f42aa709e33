using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// Pike's machine: all threads in step, in order of preference, each with its own captures. Linear in the text for every program; the last
/// resort, because each step costs as much as there are threads.
/// </summary>
internal sealed class PikeMachine(RegexProgram program, int slotCount)
{
    private readonly Stack<(int Pc, int Value)> jobs = new();
    private readonly int[] slots = new int[slotCount];
    private ThreadList current = new(program, slotCount);
    private ThreadList next = new(program, slotCount);

    /// <summary>Finds the preferred match in text[from..end], where what lies outside counts for assertions only.</summary>
    /// <param name="scan">Null for a match that must start at <paramref name="from"/>.</param>
    /// <param name="found">Filled with group positions; as many as the machine was made for.</param>
    public bool Find(ReadOnlySpan<byte> text, int from, int end, StartScan? scan, Span<int> found, SearchWork work)
    {
        bool matched = false;
        bool anchored = scan is null || scan.IsAnchored;
        if (scan is { IsAnchored: true } && from > 0)
        {
            return false;
        }

        current.Clear();
        for (int position = from; ;)
        {
            if (current.Count == 0)
            {
                if (matched || (anchored && position > from))
                {
                    break;
                }

                position = scan is { CanSkip: true, IsAnchored: false } ? scan.Next(text, position, work) : position;
                if (position < 0 || position > end)
                {
                    break;
                }
            }

            var asserts = program.Asserts == Assertions.None ? Assertions.None : Position.At(text, position);
            if (!matched && (!anchored || position == from))
            {
                slots.AsSpan().Fill(-1);
                if (slotCount > 0)
                {
                    slots[0] = position;
                }

                Spread(current, program.Start, position, asserts);
            }

            var (rune, width) = position < end ? Utf8Rune.First(text[position..]) : (-1, 0);
            work.Spend(current.Visited + 1);
            matched |= Step(rune, position, position + width, text, found);
            (current, next) = (next, current);
            next.Clear();
            if (width == 0)
            {
                break;
            }

            position += width;
        }

        return matched;
    }

    /// <summary>Moves every thread over one code point; threads less preferred than a match end.</summary>
    private bool Step(int rune, int position, int after, ReadOnlySpan<byte> text, Span<int> found)
    {
        var asserts = program.Asserts == Assertions.None || after == position ? Assertions.None : Position.At(text, after);
        foreach (int pc in current.Threads)
        {
            ref readonly var inst = ref program.Insts[pc];
            if (inst.Op == InstOp.Match)
            {
                current.Captures(pc).CopyTo(found);
                if (found.Length > 1)
                {
                    found[1] = position;
                }

                return true;
            }

            if (rune >= 0 && inst.Op is InstOp.Rune or InstOp.Set && program.Accepts(inst, rune))
            {
                current.Captures(pc).CopyTo(slots);
                Spread(next, inst.Out, after, asserts);
            }
        }

        return false;
    }

    /// <summary>Adds all that the instruction leads to without consuming, preferred first.</summary>
    private void Spread(ThreadList list, int start, int position, Assertions asserts)
    {
        jobs.Push((start, 0));
        while (jobs.TryPop(out var job))
        {
            if (job.Pc < 0)
            {
                slots[~job.Pc] = job.Value;
                continue;
            }

            for (int pc = job.Pc; list.Visit(pc);)
            {
                ref readonly var inst = ref program.Insts[pc];
                if (inst.Op is InstOp.Fail || (inst.Op == InstOp.Assert && ((Assertions)inst.Arg & asserts) == 0))
                {
                    break;
                }

                if (inst.Op is InstOp.Match or InstOp.Rune or InstOp.Set)
                {
                    list.Add(pc, slots);
                    break;
                }

                if (inst.Op == InstOp.Alt)
                {
                    jobs.Push((inst.Arg, 0));
                }
                else if (inst.Op == InstOp.Capture && inst.Arg < slotCount)
                {
                    jobs.Push((~inst.Arg, slots[inst.Arg]));
                    slots[inst.Arg] = position;
                }

                pc = inst.Out;
            }
        }
    }
}
