using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Syntax;

/// <summary>A group that is still open (or the whole pattern): its alternatives so far, and the terms of the current one.</summary>
/// <param name="group">Capture number; 0 for groups that capture nothing.</param>
/// <param name="outer">Flags to restore at the closing parenthesis.</param>
internal sealed class GroupFrame(int group, PatternFlags outer)
{
    /// <summary>Larger classes stay alternatives: joining many of them would cost their sum each time.</summary>
    private const int MaxJoined = 512;

    private readonly List<Node> alternatives = [];
    private readonly List<Node> terms = [];

    public int Group => group;

    public PatternFlags OuterFlags => outer;

    public bool HasTerm => terms.Count > 0;

    public void Add(Node term)
    {
        JoinLiterals();
        terms.Add(term);
    }

    /// <summary>Replaces the last term, which a repetition has just taken in.</summary>
    public Node Last
    {
        get => terms[^1];
        set => terms[^1] = value;
    }

    public void EndAlternative()
    {
        JoinLiterals();
        var alternative = Collapse(NodeOp.Concat, terms);
        terms.Clear();

        // a|b|[c-e] is one class: the usual shape of long single-letter alternatives never grows a list.
        if (alternatives.Count > 0 && SingleRune(alternatives[^1]) is { } left && SingleRune(alternative) is { } right
            && left.Pairs.Length + right.Pairs.Length <= MaxJoined)
        {
            alternatives[^1] = Node.Class(new RuneSetBuilder().Add(left).Add(right).Build());
            return;
        }

        alternatives.Add(alternative);
    }

    public Node Close()
    {
        EndAlternative();
        return Collapse(NodeOp.Alternate, alternatives);
    }

    public static RuneSet? SingleRune(Node node) => node.Op switch
    {
        NodeOp.Set => node.Set,
        NodeOp.Literal when node.Runes.Count == 1 => new RuneSet([node.Runes[0], node.Runes[0]]),
        _ => null,
    };

    private static Node Collapse(NodeOp op, List<Node> subs)
    {
        if (subs.Count <= 1)
        {
            return subs.Count == 1 ? subs[0] : Node.Leaf(NodeOp.Empty);
        }

        var flat = new List<Node>(subs.Count);
        foreach (var sub in subs)
        {
            if (sub.Op == op)
            {
                flat.AddRange(sub.Subs);
            }
            else
            {
                flat.Add(sub);
            }
        }

        if (op == NodeOp.Alternate)
        {
            flat = PrefixFactoring.Factor(flat);
        }

        return flat.Count == 1 ? flat[0] : Node.Many(op, flat);
    }

    /// <summary>Literals join only once a later term shows that no repetition will bind to the last one.</summary>
    private void JoinLiterals()
    {
        if (terms.Count >= 2 && terms[^1].Op == NodeOp.Literal && terms[^2].Op == NodeOp.Literal)
        {
            terms[^2].Runes.AddRange(terms[^1].Runes);
            terms.RemoveAt(terms.Count - 1);
        }
    }
}
