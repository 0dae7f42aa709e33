using CsiSecrets.GoRegex.Syntax;
using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Compilation;

/// <summary>
/// Turns a tree into instructions by Thompson's construction. Order of preference, and how loops treat an empty body, are Go's; counted repeats
/// are unrolled here, x{2,5} as xx(x(x(x)?)?)?.
/// </summary>
/// <param name="backwards">Compiles a program that reads the text from its end; it notes no captures.</param>
internal sealed class ProgramCompiler(bool backwards)
{
    private readonly List<Inst> insts = [new Inst(InstOp.Fail, 0)];
    private readonly List<RuneSet> sets = [];
    private readonly Dictionary<RuneSet, int> setIndexes = [];
    private int consumers;
    private Assertions asserts;

    public static RegexProgram Compile(ParsedPattern pattern, bool backwards) => new ProgramCompiler(backwards).Run(pattern);

    private RegexProgram Run(ParsedPattern pattern)
    {
        var body = Compile(pattern.Root);
        body.Ends.Patch(insts, Emit(InstOp.Match, 0));

        // .*? before the body, for searches that may start anywhere.
        int any = Emit(InstOp.Set, IndexOf(RuneSet.Any));
        int loop = Emit(InstOp.Alt, any);
        SetOut(loop, body.Start);
        SetOut(any, loop);
        return new RegexProgram
        {
            Insts = [.. insts],
            Sets = [.. sets],
            Start = body.Start,
            UnanchoredStart = loop,
            SlotCount = pattern.GroupNames.Count * 2,
            ConsumerCount = consumers,
            Asserts = asserts,
        };
    }

    private Fragment Compile(Node node)
    {
        switch (node.Op)
        {
            case NodeOp.Empty:
                return Single(InstOp.Nop, 0, nullable: true);
            case NodeOp.Literal:
                return Literal(node);
            case NodeOp.Set:
                consumers++;
                return node.Set.Pairs.Length == 0
                    ? new Fragment(0, default, false)
                    : Single(InstOp.Set, IndexOf(node.Set), nullable: false);
            case NodeOp.Capture:
                return Capture(node);
            case NodeOp.Star:
                return Star(Compile(node.Subs[0]), node.Greedy);
            case NodeOp.Plus:
                return Plus(Compile(node.Subs[0]), node.Greedy);
            case NodeOp.Quest:
                return Quest(Compile(node.Subs[0]), node.Greedy);
            case NodeOp.Repeat:
                return Repeat(node.Subs[0], node.Min, node.Max, node.Greedy);
            case NodeOp.Concat:
                return Concat(node);
            case NodeOp.Alternate:
                return Alternate(node);
            default:
                var assertion = AssertionOf(node.Op);
                asserts |= assertion;
                return Single(InstOp.Assert, (int)assertion, nullable: true);
        }
    }

    private static Assertions AssertionOf(NodeOp op) => op switch
    {
        NodeOp.BeginLine => Assertions.BeginLine,
        NodeOp.EndLine => Assertions.EndLine,
        NodeOp.BeginText => Assertions.BeginText,
        NodeOp.EndText => Assertions.EndText,
        NodeOp.WordBoundary => Assertions.WordBoundary,
        _ => Assertions.NoWordBoundary,
    };

    private Fragment Literal(Node node)
    {
        Fragment? whole = null;
        for (int i = 0; i < node.Runes.Count; i++)
        {
            consumers++;
            var one = Single(InstOp.Rune, node.Runes[backwards ? ^(i + 1) : i], nullable: false);
            whole = whole is { } before ? Append(before, one) : one;
        }

        return whole ?? Single(InstOp.Nop, 0, nullable: true);
    }

    private Fragment Capture(Node node)
    {
        if (backwards)
        {
            return Compile(node.Subs[0]);
        }

        var open = Single(InstOp.Capture, 2 * node.Group, nullable: true);
        var body = Append(open, Compile(node.Subs[0]));
        return Append(body, Single(InstOp.Capture, (2 * node.Group) + 1, nullable: true));
    }

    private Fragment Concat(Node node)
    {
        Fragment? whole = null;
        for (int i = 0; i < node.Subs.Length; i++)
        {
            var one = Compile(node.Subs[backwards ? ^(i + 1) : i]);
            whole = whole is { } before ? Append(before, one) : one;
        }

        return whole!.Value;
    }

    private Fragment Alternate(Node node)
    {
        var whole = Compile(node.Subs[^1]);
        for (int i = node.Subs.Length - 2; i >= 0; i--)
        {
            var first = Compile(node.Subs[i]);
            int alt = Emit(InstOp.Alt, whole.Start);
            SetOut(alt, first.Start);
            whole = new Fragment(alt, first.Ends.Join(insts, whole.Ends), first.Nullable || whole.Nullable);
        }

        return whole;
    }

    private Fragment Repeat(Node sub, int min, int max, bool greedy)
    {
        if (max == 0 || sub.Op == NodeOp.Empty)
        {
            return Single(InstOp.Nop, 0, nullable: true);
        }

        if (max < 0 && min == 0)
        {
            return Star(Compile(sub), greedy);
        }

        Fragment? whole = null;
        for (int i = 0; i < (max < 0 ? min - 1 : min); i++)
        {
            var copy = Compile(sub);
            whole = whole is { } before ? Append(before, copy) : copy;
        }

        Fragment? tail = max < 0 ? Plus(Compile(sub), greedy) : null;
        for (int i = min; i < max; i++)
        {
            var copy = Compile(sub);
            tail = Quest(tail is { } inner ? backwards ? Append(inner, copy) : Append(copy, inner) : copy, greedy);
        }

        return (whole, tail) switch
        {
            ({ } a, { } b) => backwards ? Append(b, a) : Append(a, b),
            ({ } a, null) => a,
            (null, { } b) => b,
            _ => Single(InstOp.Nop, 0, nullable: true),
        };
    }

    private Fragment Append(Fragment first, Fragment second)
    {
        // An instruction that cannot be reached ends a fragment at 0, Fail.
        if (first.Start == 0 || second.Start == 0)
        {
            return new Fragment(0, default, false);
        }

        first.Ends.Patch(insts, second.Start);
        return new Fragment(first.Start, second.Ends, first.Nullable && second.Nullable);
    }

    private Fragment Quest(Fragment body, bool greedy)
    {
        int alt = Emit(InstOp.Alt, 0);
        var exit = Branch(alt, body.Start, greedy);
        return new Fragment(alt, exit.Join(insts, body.Ends), true);
    }

    private Fragment Plus(Fragment body, bool greedy)
    {
        int alt = Emit(InstOp.Alt, 0);
        var exit = Branch(alt, body.Start, greedy);
        body.Ends.Patch(insts, alt);
        return new Fragment(body.Start, exit, body.Nullable);
    }

    private Fragment Star(Fragment body, bool greedy)
    {
        // (x+)? keeps the order of preference where x can match nothing.
        if (body.Nullable)
        {
            return Quest(Plus(body, greedy), greedy);
        }

        int alt = Emit(InstOp.Alt, 0);
        var exit = Branch(alt, body.Start, greedy);
        body.Ends.Patch(insts, alt);
        return new Fragment(alt, exit, true);
    }

    /// <summary>Points the preferred side of the instruction at the body, or the other one if not greedy, and returns the open side.</summary>
    private PatchList Branch(int alt, int body, bool greedy)
    {
        if (greedy)
        {
            SetOut(alt, body);
            return PatchList.OfArg(alt);
        }

        var inst = insts[alt];
        inst.Arg = body;
        insts[alt] = inst;
        return PatchList.OfOut(alt);
    }

    private Fragment Single(InstOp op, int arg, bool nullable)
    {
        int index = Emit(op, arg);
        return new Fragment(index, PatchList.OfOut(index), nullable);
    }

    private int Emit(InstOp op, int arg)
    {
        insts.Add(new Inst(op, arg));
        return insts.Count - 1;
    }

    private void SetOut(int index, int target)
    {
        var inst = insts[index];
        inst.Out = target;
        insts[index] = inst;
    }

    private int IndexOf(RuneSet set)
    {
        if (!setIndexes.TryGetValue(set, out int index))
        {
            index = sets.Count;
            sets.Add(set);
            setIndexes.Add(set, index);
        }

        return index;
    }
}
