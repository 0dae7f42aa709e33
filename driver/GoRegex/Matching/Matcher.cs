using CsiSecrets.GoRegex.Compilation;
using CsiSecrets.GoRegex.Syntax;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// Finds matches by the cheapest machine that is able to: a literal scan, the backtracker, the automata (end, then start, then captures
/// in between), Pike's machine. Holds their working memory, so one search at a time.
/// </summary>
internal sealed class Matcher(ParsedPattern pattern, RegexProgram program, StartScan scan)
{
    private const int MaxFailures = 3;

    /// <summary>What a search costs before it looks at the text.</summary>
    private const int Overhead = 8;

    private readonly Backtracker backtracker = new(program);
    private LazyDfa? forwards;
    private LazyDfa? backwards;
    private PikeMachine? pike;
    private int pikeSlots;
    private int failures;

    /// <summary>Working memory that grew with use.</summary>
    public long Bytes => backtracker.Bytes + (forwards?.Bytes ?? 0) + (backwards?.Bytes ?? 0) + (pike is null ? 0 : program.Insts.Length * 16L);

    /// <summary>Finds the preferred match that starts at <paramref name="from"/> or after.</summary>
    /// <param name="slots">
    /// Filled with start and end of the match and its groups, -1 for groups without part; its length says what is wanted: 0 (whether there is a match),
    /// 2 (where), or all.
    /// </param>
    public bool Find(ReadOnlySpan<byte> text, int from, Span<int> slots, SearchWork work)
    {
        work.Spend(Overhead);
        slots.Fill(-1);
        if (scan.IsAnchored && from > 0)
        {
            return false;
        }

        if (scan.IsWholeMatch && slots.Length <= 2)
        {
            int found = scan.Next(text, from, work);
            return found >= 0 && Report(found, found + scan.PrefixLength, slots);
        }

        if (Backtracker.Fits(program, text.Length - from))
        {
            return backtracker.Find(text, from, text.Length, scan, slots, work);
        }

        if (UsesAutomata())
        {
            int end = forwards!.FindEnd(text, from, scan, slots.IsEmpty, work);
            if (end == LazyDfa.NoMatch || (end >= 0 && slots.IsEmpty))
            {
                return end >= 0;
            }

            int start = end < 0 || scan.IsAnchored ? from : Backwards().FindStart(text, from, end, work);
            if (end >= 0 && start >= 0)
            {
                return FindGroups(text, start, end, slots, work);
            }

            failures++;
        }

        return Pike(slots.Length).Find(text, from, text.Length, scan, slots, work);
    }

    private bool FindGroups(ReadOnlySpan<byte> text, int start, int end, Span<int> slots, SearchWork work)
    {
        if (slots.Length == 2)
        {
            return Report(start, end, slots);
        }

        return Backtracker.Fits(program, end - start)
            ? backtracker.Find(text, start, end, null, slots, work)
            : Pike(slots.Length).Find(text, start, end, null, slots, work);
    }

    private static bool Report(int start, int end, Span<int> slots)
    {
        if (!slots.IsEmpty)
        {
            (slots[0], slots[1]) = (start, end);
        }

        return true;
    }

    private bool UsesAutomata()
    {
        if (failures >= MaxFailures)
        {
            return false;
        }

        if (forwards is null)
        {
            var classes = new RuneClasses(program);
            if (!DfaStates.Fits(program, classes))
            {
                failures = MaxFailures;
                return false;
            }

            forwards = new LazyDfa(program, classes, backwards: false);
        }

        return true;
    }

    private LazyDfa Backwards()
    {
        if (backwards is null)
        {
            var mirrored = ProgramCompiler.Compile(pattern, backwards: true);
            backwards = new LazyDfa(mirrored, new RuneClasses(mirrored), backwards: true);
        }

        return backwards;
    }

    private PikeMachine Pike(int slotCount)
    {
        if (pike is null || pikeSlots != slotCount)
        {
            pike = new PikeMachine(program, slotCount);
            pikeSlots = slotCount;
        }

        return pike;
    }
}
