using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// Finds one end of a match in one pass, a table look-up per code point: forwards the end of the preferred match, backwards (with a program compiled
/// so) the start of the longest.
/// </summary>
internal sealed class LazyDfa(RegexProgram program, RuneClasses classes, bool backwards)
{
    public const int NoMatch = -1;

    /// <summary>The pattern and text make too many states; another way must do.</summary>
    public const int GaveUp = -2;

    private const int Chunk = 64 * 1024;

    private readonly DfaStates states = new(program, classes, backwards);

    public long Bytes => states.Bytes;

    /// <param name="earliest">Stops at the first proof of a match; the result is then not its end.</param>
    /// <returns>The end of the match, <see cref="NoMatch"/> or <see cref="GaveUp"/>.</returns>
    public int FindEnd(ReadOnlySpan<byte> text, int from, StartScan scan, bool earliest, SearchWork work)
    {
        states.BeginSearch();
        bool skips = scan.CanSkip && !scan.IsAnchored;
        int position = from;
        int flagged = Start(text, position, scan);
        int last = NoMatch;
        while (position < text.Length)
        {
            if (skips && (flagged & DfaStates.Idle) != 0)
            {
                position = scan.Next(text, position, work);
                if (position < 0)
                {
                    return NoMatch;
                }

                flagged = Start(text, position, scan);
            }

            flagged = Run(text, ref position, flagged, skips, work);
            if (flagged == DfaStates.GaveUp)
            {
                return GaveUp;
            }

            if ((flagged & DfaStates.Matched) != 0)
            {
                last = Utf8Before(text, position);
                if (earliest)
                {
                    return last;
                }
            }

            if ((flagged & DfaStates.Dead) != 0)
            {
                return last;
            }

            work.Spend(1);
        }

        flagged = Step(flagged, classes.End, position, work);
        return flagged == DfaStates.GaveUp ? GaveUp : (flagged & DfaStates.Matched) != 0 ? text.Length : last;
    }

    /// <summary>The smallest start, not before <paramref name="from"/>, of a match that ends at <paramref name="end"/>.</summary>
    public int FindStart(ReadOnlySpan<byte> text, int from, int end, SearchWork work)
    {
        states.BeginSearch();
        int flagged = states.Start(program.Start, Position.After(text, end));
        int last = NoMatch;
        int position = end;
        while (true)
        {
            var (rune, width) = Utf8Rune.Last(text[..position]);
            flagged = Step(flagged, width == 0 ? classes.End : classes.Of(rune), position, work);
            if (flagged == DfaStates.GaveUp)
            {
                return GaveUp;
            }

            last = (flagged & DfaStates.Matched) != 0 ? position : last;
            if ((flagged & DfaStates.Dead) != 0 || position <= from)
            {
                return last;
            }

            position -= width;
        }
    }

    private int Start(ReadOnlySpan<byte> text, int position, StartScan scan) =>
        states.Start(scan.IsAnchored ? program.Start : program.UnanchoredStart, Position.Before(text, position));

    /// <summary>Where the code point that the automaton has just consumed began: a match is seen one code point late.</summary>
    private static int Utf8Before(ReadOnlySpan<byte> text, int position) => position - Utf8Rune.Last(text[..position]).Width;

    private int Step(int flagged, int runeClass, int position, SearchWork work)
    {
        int state = flagged & ~DfaStates.Flags;
        int next = states.Transitions[(state * states.Stride) + runeClass];
        return next != 0 ? next : states.Compute(state, runeClass, position, work);
    }

    /// <summary>Moves over at least one code point, until a state with something to report or the end of a chunk.</summary>
    private int Run(ReadOnlySpan<byte> text, ref int position, int flagged, bool skips, SearchWork work)
    {
        int report = DfaStates.Matched | DfaStates.Dead | (skips ? DfaStates.Idle : 0);
        int[] transitions = states.Transitions;
        int stride = states.Stride;
        int at = position;
        int stop = Math.Min(text.Length, at + Chunk);
        do
        {
            byte b = text[at];
            int width = 1;
            int runeClass;
            if (b < 0x80)
            {
                runeClass = classes.OfAscii(b);
            }
            else
            {
                (int rune, width) = Utf8Rune.First(text[at..]);
                runeClass = classes.Of(rune);
            }

            int state = flagged & ~DfaStates.Flags;
            flagged = transitions[(state * stride) + runeClass];
            if (flagged == 0)
            {
                flagged = states.Compute(state, runeClass, at, work);
                transitions = states.Transitions;
                if (flagged == DfaStates.GaveUp)
                {
                    return flagged;
                }
            }

            at += width;
        }
        while ((flagged & report) == 0 && at < stop);

        position = at;
        work.Spend(at - stop + Chunk);
        return flagged;
    }
}
