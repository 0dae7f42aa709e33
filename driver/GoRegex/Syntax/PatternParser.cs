using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Syntax;

/// <summary>
/// Parses Go's regular expressions with the flags of <c>regexp.Compile</c> (syntax.Perl). Open groups live on a stack of our own, so that nesting
/// costs no call stack; what is accepted, and the words of each refusal, are Go's.
/// </summary>
internal ref struct PatternParser
{
    private readonly Stack<GroupFrame> groups = new();
    private readonly List<string> names = [""];
    private PatternReader reader;
    private PatternFlags flags;
    private int rangeBudget = Limits.MaxRanges;
    private long size;

    private PatternParser(ReadOnlySpan<byte> pattern)
    {
        reader = new PatternReader(pattern);
    }

    public static ParsedPattern Parse(ReadOnlySpan<byte> pattern) => new PatternParser(pattern).Parse();

    private ParsedPattern Parse()
    {
        groups.Push(new GroupFrame(0, flags));
        int lastRepeat = -1;
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            lastRepeat = ReadTerm(lastRepeat) ? start : -1;
        }

        if (groups.Count > 1)
        {
            throw Fail(GoRegexpError.MissingParen, reader.Whole);
        }

        var root = groups.Pop().Close();
        Check(root);
        return new ParsedPattern(root, names);
    }

    /// <summary>Reads one piece of the pattern.</summary>
    /// <param name="lastRepeat">Where the repetition just before this piece starts, or -1.</param>
    /// <returns>Whether the piece was a repetition.</returns>
    private bool ReadTerm(int lastRepeat)
    {
        switch (reader.Peek())
        {
            case '(':
                OpenGroup();
                return false;
            case '|':
                reader.Position++;
                groups.Peek().EndAlternative();
                return false;
            case ')':
                CloseGroup();
                return false;
            case '^':
                AddLeaf(1, flags.HasFlag(PatternFlags.MultiLine) ? NodeOp.BeginLine : NodeOp.BeginText);
                return false;
            case '$':
                AddLeaf(1, flags.HasFlag(PatternFlags.MultiLine) ? NodeOp.EndLine : NodeOp.EndText);
                return false;
            case '.':
                reader.Position++;
                Add(Node.Class(flags.HasFlag(PatternFlags.DotNewline) ? RuneSet.Any : RuneSet.AnyButNewline));
                return false;
            case '[':
                Add(Node.Class(ClassReader.ReadBracket(ref reader, Folds, ref rangeBudget)));
                return false;
            case '*' or '+' or '?':
                ReadRepeat(lastRepeat);
                return true;
            case '{':
                return ReadCountedRepeat(lastRepeat);
            case '\\':
                ReadEscape();
                return false;
            default:
                AddLiteral(reader.NextRune());
                return false;
        }
    }

    private readonly bool Folds => flags.HasFlag(PatternFlags.FoldCase);

    private void ReadEscape()
    {
        switch (reader.Peek(1))
        {
            case 'A':
                AddLeaf(2, NodeOp.BeginText);
                return;
            case 'z':
                AddLeaf(2, NodeOp.EndText);
                return;
            case 'b':
                AddLeaf(2, NodeOp.WordBoundary);
                return;
            case 'B':
                AddLeaf(2, NodeOp.NoWordBoundary);
                return;
            case 'C':
                throw Fail(GoRegexpError.InvalidEscape, reader.Rest[..2]);
            case 'Q':
                ReadQuoted();
                return;
            default:
                if (ClassReader.TryReadEscape(ref reader, Folds) is { } set)
                {
                    Add(Node.Class(set));
                    return;
                }

                AddLiteral(EscapeReader.Read(ref reader));
                return;
        }
    }

    private void ReadQuoted()
    {
        reader.Position += 2;
        int end = reader.Rest.IndexOf("\\E"u8);
        var quoted = new PatternReader(end < 0 ? reader.Rest : reader.Rest[..end]);
        while (!quoted.AtEnd)
        {
            AddLiteral(quoted.NextRune());
        }

        reader.Position = end < 0 ? reader.Whole.Length : reader.Position + end + 2;
    }

    private void ReadRepeat(int lastRepeat)
    {
        int start = reader.Position;
        var op = reader.Peek() switch { '*' => NodeOp.Star, '+' => NodeOp.Plus, _ => NodeOp.Quest };
        reader.Position++;
        Repeat(op, 0, 0, start, lastRepeat);
    }

    private bool ReadCountedRepeat(int lastRepeat)
    {
        int start = reader.Position;
        if (!RepeatReader.TryRead(ref reader, out int min, out int max))
        {
            // What is no count is a literal brace.
            reader.Position = start + 1;
            AddLiteral('{');
            return false;
        }

        if (min < 0 || min > Limits.MaxCopies || max > Limits.MaxCopies || (max >= 0 && min > max))
        {
            throw Fail(GoRegexpError.InvalidRepeatSize, reader.Since(start));
        }

        Repeat(NodeOp.Repeat, min, max, start, lastRepeat);
        return true;
    }

    private void Repeat(NodeOp op, int min, int max, int start, int lastRepeat)
    {
        bool greedy = !flags.HasFlag(PatternFlags.Ungreedy);
        if (reader.TrySkip("?"u8))
        {
            greedy = !greedy;
        }

        if (lastRepeat >= 0)
        {
            throw Fail(GoRegexpError.InvalidRepeatOp, reader.Since(lastRepeat));
        }

        var group = groups.Peek();
        if (!group.HasTerm)
        {
            throw Fail(GoRegexpError.MissingRepeatArgument, reader.Since(start));
        }

        var repeated = Node.Repetition(op, group.Last, greedy, min, max);
        Check(repeated);
        if ((min >= 2 || max >= 2) && repeated.Copies > Limits.MaxCopies)
        {
            throw Fail(GoRegexpError.InvalidRepeatSize, reader.Since(start));
        }

        size += repeated.Size - group.Last.Size;
        CheckTotal();
        group.Last = repeated;
    }

    private void OpenGroup()
    {
        if (reader.Peek(1) != '?')
        {
            reader.Position++;
            PushCapture("");
            return;
        }

        if (GroupHeadReader.TryReadName(ref reader, out string name))
        {
            PushCapture(name);
            return;
        }

        var outer = flags;
        if (GroupHeadReader.ReadFlags(ref reader, ref flags))
        {
            groups.Push(new GroupFrame(0, outer));
        }
    }

    private void PushCapture(string name)
    {
        groups.Push(new GroupFrame(names.Count, flags));
        names.Add(name);
        size += 2;
        CheckTotal();
    }

    private void CloseGroup()
    {
        if (groups.Count == 1)
        {
            throw Fail(GoRegexpError.UnexpectedParen, reader.Whole);
        }

        reader.Position++;
        var group = groups.Pop();
        flags = group.OuterFlags;
        var content = group.Close();
        var term = group.Group == 0 ? content : Node.Capture(group.Group, content);
        Check(term);
        groups.Peek().Add(term);
    }

    private void AddLeaf(int width, NodeOp op)
    {
        reader.Position += width;
        Add(Node.Leaf(op));
    }

    private void AddLiteral(int rune)
    {
        if (Folds && CaseFolding.Next(rune) != rune)
        {
            Add(Node.Class(new RuneSetBuilder().AddFolded(rune, rune).Build()));
            return;
        }

        Add(Node.Literal(rune));
    }

    private void Add(Node term)
    {
        size++;
        CheckTotal();
        groups.Peek().Add(term);
    }

    private readonly void Check(Node node)
    {
        if (node.Height > Limits.MaxHeight)
        {
            throw Fail(GoRegexpError.NestingDepth, reader.Whole);
        }

        if (node.Size > Limits.MaxInstructions)
        {
            throw Fail(GoRegexpError.Large, reader.Whole);
        }
    }

    /// <summary>Stops a huge pattern while it is read, before its tree takes the memory.</summary>
    private readonly void CheckTotal()
    {
        if (size > Limits.MaxInstructions)
        {
            throw Fail(GoRegexpError.Large, reader.Whole);
        }
    }

    private static GoRegexpException Fail(GoRegexpError code, scoped ReadOnlySpan<byte> expression) =>
        GoRegexpException.ForPattern(code, expression);
}
