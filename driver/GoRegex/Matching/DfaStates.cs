using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// The states of a lazily built automaton, within a memory budget: when it is spent, all states are forgotten and built anew as needed.
/// A transition is a state's number with flags; 0 is one not yet known.
/// </summary>
/// <param name="backwards">The program reads from the end, and the longest match counts instead of the preferred one.</param>
internal sealed class DfaStates(RegexProgram program, RuneClasses classes, bool backwards)
{
    public const int Matched = 1 << 30;
    public const int Dead = 1 << 29;
    public const int Idle = 1 << 28;
    public const int Flags = Matched | Dead | Idle;
    public const int GaveUp = -1;

    /// <summary>Building a state costs some times what stepping over one thread does.</summary>
    private const int StepsPerThread = 4;

    private const int MaxBytes = 1024 * 1024;
    private const int BytesPerState = 128;

    /// <summary>Fewer code points than this per state built, and the automaton costs more than it saves.</summary>
    private const int MinProgressPerState = 10;

    private readonly Dictionary<DfaState, int> numbers = [];
    private readonly List<DfaState?> states = [null];
    private readonly SparseSet visited = new(program.Insts.Length);
    private readonly SparseSet reached = new(program.Insts.Length);
    private readonly Stack<int> jobs = new();
    private int[] transitions = new int[classes.Count * 8];
    private int lastReset = -1;

    /// <summary>Whether a useful number of states fits the budget.</summary>
    public static bool Fits(RegexProgram program, RuneClasses classes) => (program.Insts.Length + classes.Count) * 4L * 32 <= MaxBytes;

    public int[] Transitions => transitions;

    public long Bytes { get; private set; }

    public int Stride => classes.Count;

    public int Start(int pc, Neighbour behind) => Number([pc], behind, false);

    /// <summary>Must be called before each search: positions of another text say nothing on progress.</summary>
    public void BeginSearch() => lastReset = -1;

    /// <summary>Works out a transition that is not yet known.</summary>
    /// <param name="position">Where the search stands, to judge its progress.</param>
    /// <returns>The transition, or <see cref="GaveUp"/>.</returns>
    public int Compute(int state, int runeClass, int position, SearchWork work)
    {
        var from = states[state]!;
        var ahead = classes.NeighbourOf(runeClass);
        var asserts = backwards ? Position.Between(ahead, from.Behind) : Position.Between(from.Behind, ahead);
        int rune = runeClass == classes.End ? -1 : classes.Sample(runeClass);
        visited.Clear();
        reached.Clear();
        bool matched = Follow(from.Threads, rune, asserts);
        work.Spend((visited.Count * StepsPerThread) + 8);

        int[] threads = reached.Members.ToArray();
        if (backwards)
        {
            Array.Sort(threads);
        }

        if (Bytes > MaxBytes)
        {
            if (lastReset >= 0 && Math.Abs(position - lastReset) < MinProgressPerState * states.Count)
            {
                return GaveUp;
            }

            lastReset = position;
            Reset();
            return Number(threads, ahead, matched);
        }

        int next = Number(threads, ahead, matched);
        transitions[(state * Stride) + runeClass] = next;
        return next;
    }

    private bool Follow(int[] threads, int rune, Assertions asserts)
    {
        bool matched = false;
        foreach (int thread in threads)
        {
            jobs.Push(thread);
            while (jobs.TryPop(out int pc))
            {
                if (!visited.Add(pc))
                {
                    continue;
                }

                ref readonly var inst = ref program.Insts[pc];
                switch (inst.Op)
                {
                    case InstOp.Match:
                        matched = true;
                        if (!backwards)
                        {
                            jobs.Clear();
                            return true;
                        }

                        break;
                    case InstOp.Alt:
                        jobs.Push(inst.Arg);
                        jobs.Push(inst.Out);
                        break;
                    case InstOp.Rune or InstOp.Set:
                        if (rune >= 0 && program.Accepts(inst, rune))
                        {
                            reached.Add(SkipPlain(inst.Out));
                        }

                        break;
                    case InstOp.Nop or InstOp.Capture:
                        jobs.Push(inst.Out);
                        break;
                    case InstOp.Assert when ((Assertions)inst.Arg & asserts) != 0:
                        jobs.Push(inst.Out);
                        break;
                    default:
                        break;
                }
            }
        }

        return matched;
    }

    private int SkipPlain(int pc)
    {
        while (program.Insts[pc].Op is InstOp.Nop or InstOp.Capture)
        {
            pc = program.Insts[pc].Out;
        }

        return pc;
    }

    private int Number(int[] threads, Neighbour behind, bool matched)
    {
        behind = threads.Length == 0 || program.Asserts == Assertions.None ? Neighbour.Other : classes.Reduce(behind);
        var state = new DfaState(threads, behind, matched);
        if (numbers.TryGetValue(state, out int number))
        {
            return number;
        }

        number = states.Count;
        states.Add(state);
        if ((number + 1) * Stride > transitions.Length)
        {
            Array.Resize(ref transitions, transitions.Length * 2);
        }

        Bytes += (Stride * 4L) + (threads.Length * 4L) + BytesPerState;
        bool idle = !matched && threads.Length == 1 && threads[0] == program.UnanchoredStart;
        int flagged = number | (matched ? Matched : 0) | (threads.Length == 0 ? Dead : 0) | (idle ? Idle : 0);
        numbers.Add(state, flagged);
        return flagged;
    }

    private void Reset()
    {
        numbers.Clear();
        states.RemoveRange(1, states.Count - 1);
        Array.Clear(transitions);
        Bytes = 0;
    }
}
