namespace CsiSecrets.GoRegex.Syntax;

/// <summary>Turns abc|abd|x into ab(c|d)|x: neighbours only, so that the order of preference stays.</summary>
internal static class PrefixFactoring
{
    public static List<Node> Factor(List<Node> alternatives)
    {
        var result = new List<Node>(alternatives.Count);
        int start = 0;
        while (start < alternatives.Count)
        {
            var first = LeadingLiteral(alternatives[start]);
            int shared = first?.Count ?? 0;
            int end = start + 1;
            for (; first is not null && end < alternatives.Count; end++)
            {
                int common = Common(first, LeadingLiteral(alternatives[end]), shared);
                if (common == 0)
                {
                    break;
                }

                shared = common;
            }

            result.Add(end == start + 1 ? alternatives[start] : Join(alternatives.GetRange(start, end - start), first!, shared));
            start = end;
        }

        return result;
    }

    private static Node Join(List<Node> run, List<int> first, int shared)
    {
        var rests = Factor(run.ConvertAll(node => WithoutPrefix(node, shared)));
        return Node.Many(
            NodeOp.Concat,
            [Node.Literal(first.GetRange(0, shared)), rests.Count == 1 ? rests[0] : Node.Many(NodeOp.Alternate, rests)]);
    }

    private static List<int>? LeadingLiteral(Node node) => node.Op switch
    {
        NodeOp.Literal => node.Runes,
        NodeOp.Concat when node.Subs[0].Op == NodeOp.Literal => node.Subs[0].Runes,
        _ => null,
    };

    private static int Common(List<int> first, List<int>? other, int limit)
    {
        int common = 0;
        while (other is not null && common < limit && common < other.Count && first[common] == other[common])
        {
            common++;
        }

        return common;
    }

    private static Node WithoutPrefix(Node node, int count)
    {
        if (node.Op == NodeOp.Literal)
        {
            return node.Runes.Count == count ? Node.Leaf(NodeOp.Empty) : Node.Literal(node.Runes.GetRange(count, node.Runes.Count - count));
        }

        var rest = WithoutPrefix(node.Subs[0], count);
        var subs = node.Subs.Skip(1).ToList();
        if (rest.Op != NodeOp.Empty)
        {
            subs.Insert(0, rest);
        }

        return subs.Count == 1 ? subs[0] : Node.Many(NodeOp.Concat, subs);
    }
}
