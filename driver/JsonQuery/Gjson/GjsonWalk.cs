using System.Text;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>Follows one path of gjson through a value.</summary>
internal sealed class GjsonWalk(GjsonBudget budget)
{
    private readonly GjsonModifiers modifiers = new(budget);

    /// <summary>What the path gives; null for nothing.</summary>
    public GjsonNode? Get(GjsonNode node, string path)
    {
        budget.Enter();
        try
        {
            if (path.Length > 1 && Special(node, path, out GjsonNode? special, out string rest))
            {
                return special is not null && rest.Length > 0 && rest[0] is '|' or '.' ? Get(special!, rest[1..]) : special;
            }

            GjsonNode? found = Walk(node, path, out string? pipe);
            return found is not null && pipe is not null ? Get(found, pipe) : found;
        }
        finally
        {
            budget.Leave();
        }
    }

    /// <summary>The values of a text of JSON lines as the elements of an array.</summary>
    public GjsonNode? Lines(ReadOnlyMemory<byte> json, string path)
    {
        var lines = new GjsonNode { Kind = JsonKind.Array, Raw = json, Items = GjsonReader.ReadMany(json, int.MaxValue) };
        GjsonNode? found = Walk(lines, path, out string? pipe);
        return found is not null && pipe is not null ? Get(found, pipe) : found;
    }

    /// <summary>A modifier, a literal or a multipath at the path's start.</summary>
    private bool Special(GjsonNode node, string path, out GjsonNode? result, out string rest)
    {
        (result, rest) = (null, "");
        switch (path[0])
        {
            case '@' when GjsonModifiers.Names.Contains(GjsonModifiers.NameOf(path)):
                string argument = GjsonModifiers.ArgumentOf(path, out rest);
                result = modifiers.Apply(GjsonModifiers.NameOf(path), node, argument, this);
                return true;
            case '!':
                int length = path[1] is '{' or '[' or '"' ? 1 + GjsonText.LengthOfValue(path[1..]) : path.AsSpan().IndexOfAny('.', '|');
                length = length < 0 ? path.Length : length;
                rest = path[length..];
                result = GjsonReader.TryRead(Encoding.UTF8.GetBytes(path[1..length]));
                return true;
            case '{' or '[' when GjsonSelectors.TryParse(path, out rest) is { } selectors && (rest.Length == 0 || rest[0] is '|' or '.'):
                result = Join(node, selectors, isObject: path[0] == '{');
                return true;
            default:
                return false;
        }
    }

    private GjsonNode? Join(GjsonNode node, IReadOnlyList<GjsonSelector> selectors, bool isObject)
    {
        var parts = new List<byte[]>();
        foreach (GjsonSelector selector in selectors)
        {
            if (Get(node, selector.Path) is { } found)
            {
                parts.Add([.. isObject ? GjsonText.Quote(selector.MemberName()) : [], .. isObject ? ":"u8 : [], .. found.Raw.Span]);
            }
        }

        return Bracket(parts, isObject ? '{' : '[');
    }

    /// <summary>A new array or object of texts that are values or members.</summary>
    public GjsonNode? Bracket(IReadOnlyList<byte[]> parts, char open)
    {
        int length = 2 + parts.Sum(p => p.Length + 1);
        budget.Charge(length);
        var json = new List<byte>(length) { (byte)open };
        for (int i = 0; i < parts.Count; i++)
        {
            if (i > 0)
            {
                json.Add((byte)',');
            }

            json.AddRange(parts[i]);
        }

        json.Add(open == '{' ? (byte)'}' : (byte)']');
        return GjsonReader.TryRead(json.ToArray());
    }

    private GjsonNode? Walk(GjsonNode node, string path, out string? pipe)
    {
        budget.Step();
        pipe = null;
        return node.Kind switch
        {
            JsonKind.Object => WalkObject(node, GjsonStep.Parse(path), out pipe),
            JsonKind.Array => WalkArray(node, GjsonArrayStep.Parse(path), out pipe),
            _ => null,
        };
    }

    private GjsonNode? WalkObject(GjsonNode node, GjsonStep step, out string? pipe)
    {
        pipe = step.Pipe;
        foreach (GjsonMember member in node.Members)
        {
            budget.Step();
            if (!step.Matches(member.Name))
            {
                continue;
            }

            if (step.Rest is null)
            {
                return member.Value;
            }

            if (member.Value.IsContainer && Walk(member.Value, step.Rest, out pipe) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private GjsonNode? WalkArray(GjsonNode node, GjsonArrayStep step, out string? pipe)
    {
        pipe = step.Pipe;
        switch (step.Kind)
        {
            case GjsonArrayKind.Count:
                return step.Rest is null ? GjsonNode.OfCount(node.Items.Count) : null;
            case GjsonArrayKind.Index when step.Index < node.Items.Count:
                GjsonNode item = node.Items[step.Index];
                return step.Rest is null ? item : item.IsContainer ? Walk(item, step.Rest, out pipe) : null;
            case GjsonArrayKind.Each:
                return Bracket([.. node.Items.Select(i => Get(i, step.Rest!)).OfType<GjsonNode>().Select(f => f.Raw.ToArray())], '[');
            case GjsonArrayKind.Query:
                return Query(node, step.Query!, step.Rest);
            default:
                return null;
        }
    }

    private GjsonNode? Query(GjsonNode node, GjsonQuery query, string? rest)
    {
        var all = new List<byte[]>();
        foreach (GjsonNode item in node.Items)
        {
            budget.Step();
            if (!item.IsContainer && query.Path.Length > 0)
            {
                continue;
            }

            if (!query.Matches(item.IsContainer ? Get(item, query.Path) : item))
            {
                continue;
            }

            GjsonNode? found = rest is null ? item : Get(item, rest);
            if (!query.All)
            {
                return found;
            }

            if (found is not null)
            {
                all.Add(found.Raw.ToArray());
            }
        }

        return query.All ? Bracket(all, '[') : null;
    }
}
