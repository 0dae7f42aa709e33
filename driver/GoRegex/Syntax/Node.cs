using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Syntax;

/// <summary>A node of a parsed pattern. Literals grow while they are parsed; everything else is fixed once made.</summary>
internal sealed class Node
{
    private Node(NodeOp op)
    {
        Op = op;
    }

    public NodeOp Op { get; }

    /// <summary>Code points of a literal, exact case.</summary>
    public List<int> Runes { get; private init; } = NoRunes;

    public RuneSet Set { get; private init; } = RuneSet.Any;

    public Node[] Subs { get; private init; } = [];

    public bool Greedy { get; private init; } = true;

    public int Min { get; private init; }

    /// <summary>-1: no upper bound.</summary>
    public int Max { get; private init; }

    /// <summary>Number of a capture group, from 1.</summary>
    public int Group { get; private init; }

    /// <summary>Levels of nodes from here down.</summary>
    public int Height { get; private init; } = 1;

    /// <summary>How often nested counted repeats copy their innermost part; saturates past the limit.</summary>
    public int Copies { get; private init; } = 1;

    /// <summary>Instructions that the node compiles to, estimated as Go does.</summary>
    public long Size => Op == NodeOp.Literal ? Runes.Count : fixedSize;

    private static readonly List<int> NoRunes = [];
    private long fixedSize = 1;

    public static Node Leaf(NodeOp op) => new(op);

    public static Node Literal(int rune) => new(NodeOp.Literal) { Runes = [rune] };

    public static Node Literal(List<int> runes) => new(NodeOp.Literal) { Runes = runes };

    public static Node Class(RuneSet set) => new(NodeOp.Set) { Set = set };

    public static Node Capture(int group, Node sub) =>
        new(NodeOp.Capture) { Group = group, Subs = [sub], Height = sub.Height + 1, Copies = sub.Copies, fixedSize = sub.Size + 2 };

    /// <summary>Star, Plus, Quest, or Repeat with its counts.</summary>
    public static Node Repetition(NodeOp op, Node sub, bool greedy, int min, int max)
    {
        int count = op != NodeOp.Repeat ? 1 : Math.Max(1, max < 0 ? min : max);
        return new Node(op)
        {
            Subs = [sub],
            Greedy = greedy,
            Min = min,
            Max = max,
            Height = sub.Height + 1,
            Copies = op == NodeOp.Repeat && max == 0 ? 1 : Math.Min(count * sub.Copies, Limits.MaxCopies + 1),
            fixedSize = op switch
            {
                NodeOp.Star => 2 + sub.Size,
                NodeOp.Repeat when max < 0 => min == 0 ? 2 + sub.Size : 1 + (min * sub.Size),
                NodeOp.Repeat => Math.Max(1, (max * sub.Size) + (max - min)),
                _ => 1 + sub.Size,
            },
        };
    }

    public static Node Many(NodeOp op, List<Node> subs)
    {
        long size = op == NodeOp.Alternate ? subs.Count - 1 : 0;
        int height = 0;
        int copies = 1;
        foreach (var sub in subs)
        {
            size += sub.Size;
            height = Math.Max(height, sub.Height);
            copies = Math.Max(copies, sub.Copies);
        }

        return new Node(op) { Subs = [.. subs], Height = height + 1, Copies = copies, fixedSize = size };
    }
}
