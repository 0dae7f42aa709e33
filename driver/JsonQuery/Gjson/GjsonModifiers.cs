using System.Collections.Frozen;
using System.Text;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>The modifiers that gjson has built in.</summary>
internal sealed class GjsonModifiers(GjsonBudget budget)
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "pretty", "ugly", "reverse", "this", "flatten", "join", "valid", "keys", "values", "tostr", "fromstr", "group", "dig");

    /// <summary>The name in <c>@name</c>, <c>@name:argument</c>, <c>@name.more</c>.</summary>
    public static string NameOf(string path)
    {
        int end = path.AsSpan().IndexOfAny('.', '|', ':');
        return end < 0 ? path[1..] : path[1..end];
    }

    /// <summary>A JSON value, or all up to the next pipe.</summary>
    public static string ArgumentOf(string path, out string rest)
    {
        int end = path.AsSpan().IndexOfAny('.', '|', ':');
        rest = end < 0 ? "" : path[end..];
        if (!rest.StartsWith(':'))
        {
            return "";
        }

        string after = rest[1..];
        int pipe = after.IndexOf('|', StringComparison.Ordinal);
        int length = after.Length == 0 ? 0 : after[0] is '{' or '[' or '"' ? GjsonText.LengthOfValue(after) : pipe < 0 ? after.Length : pipe;
        rest = after[length..];
        return after[..length];
    }

    public GjsonNode? Apply(string name, GjsonNode node, string argument, GjsonWalk walk) => name switch
    {
        "reverse" => Reverse(node, walk),
        "flatten" when node.Kind == JsonKind.Array => walk.Bracket([.. Flatten(node, Option(argument, "deep"))], '['),
        "join" when node.Kind == JsonKind.Array => Join(node, Option(argument, "preserve"), walk),
        "keys" => Keys(node, walk),
        "values" => Values(node, walk),
        "group" => Group(node, walk),
        "dig" => walk.Bracket([.. Dig(node, argument, walk)], '['),
        "tostr" => Read(GjsonText.Quote(Encoding.UTF8.GetString(node.Raw.Span))),
        "fromstr" => node.Kind == JsonKind.String ? Read(Encoding.UTF8.GetBytes(node.Text)) : node,
        "ugly" => Read(GjsonLayout.Ugly(node)),
        "pretty" => Laid(GjsonLayout.Pretty(node, GjsonLayoutOptions.Read(argument))),
        _ => node,
    };

    private static GjsonNode? Reverse(GjsonNode node, GjsonWalk walk) => node.Kind switch
    {
        JsonKind.Array => walk.Bracket([.. node.Items.Reverse().Select(i => i.Raw.ToArray())], '['),
        JsonKind.Object => walk.Bracket([.. node.Members.Reverse().Select(Member)], '{'),
        _ => node,
    };

    private static IEnumerable<byte[]> Flatten(GjsonNode node, bool deep) => node.Items.SelectMany(i =>
        i.Kind != JsonKind.Array ? [i.Raw.ToArray()] : deep ? Flatten(i, deep) : i.Items.Select(inner => inner.Raw.ToArray()));

    /// <summary>One object of all members; of two of one name the last value in the first's place, unless both are kept.</summary>
    private static GjsonNode? Join(GjsonNode node, bool preserve, GjsonWalk walk)
    {
        GjsonMember[] members = [.. node.Items.Where(i => i.Kind == JsonKind.Object).SelectMany(i => i.Members)];
        if (preserve)
        {
            return walk.Bracket([.. members.Select(Member)], '{');
        }

        var last = new OrderedDictionary<string, GjsonMember>(StringComparer.Ordinal);
        foreach (GjsonMember member in members)
        {
            last[member.Name] = member;
        }

        return walk.Bracket([.. last.Values.Select(Member)], '{');
    }

    private static GjsonNode? Keys(GjsonNode node, GjsonWalk walk) => walk.Bracket(
        node.Kind == JsonKind.Object ? [.. node.Members.Select(m => m.RawName.ToArray())] : [.. node.Items.Select(_ => "null"u8.ToArray())], '[');

    private static GjsonNode? Values(GjsonNode node, GjsonWalk walk) => node.Kind switch
    {
        JsonKind.Array => node,
        JsonKind.Object => walk.Bracket([.. node.Members.Select(m => m.Value.Raw.ToArray())], '['),
        _ => walk.Bracket([node.Raw.ToArray()], '['),
    };

    /// <summary>An object of arrays as an array of objects.</summary>
    private static GjsonNode? Group(GjsonNode node, GjsonWalk walk)
    {
        if (node.Kind != JsonKind.Object)
        {
            return null;
        }

        GjsonMember[] columns = [.. node.Members.Where(m => m.Value.Kind == JsonKind.Array)];
        int rows = columns.Length == 0 ? 0 : columns.Max(c => c.Value.Items.Count);
        return walk.Bracket(
            [.. Enumerable.Range(0, rows).Select(row => walk.Bracket(
                [.. columns.Where(c => row < c.Value.Items.Count)
                    .Select(c => Member(c with { Value = c.Value.Items[row] }))],
                '{')!.Raw.ToArray())],
            '[');
    }

    /// <summary>What the path gives of the value and of everything below it.</summary>
    private List<byte[]> Dig(GjsonNode node, string path, GjsonWalk walk)
    {
        budget.Enter();
        var found = new List<byte[]>();
        if (node.IsContainer && walk.Get(node, path) is { } here)
        {
            found.Add(here.Raw.ToArray());
        }

        foreach (GjsonNode below in node.Kind == JsonKind.Object ? node.Members.Select(m => m.Value) : node.Items)
        {
            if (below.IsContainer)
            {
                found.AddRange(Dig(below, path, walk));
            }
        }

        budget.Leave();
        return found;
    }

    private static byte[] Member(GjsonMember member) => [.. member.RawName.Span, .. ":"u8, .. member.Value.Raw.Span];

    private static bool Option(string argument, string name) =>
        argument.Length > 0
        && GjsonReader.TryRead(Encoding.UTF8.GetBytes(argument)) is { } options
        && options.Members.Any(m => m.Name == name && m.Value is { Kind: JsonKind.Boolean, Text: "true" });

    private GjsonNode? Read(byte[] json)
    {
        budget.Charge(json.Length);
        return GjsonReader.TryRead(json);
    }

    /// <summary>With the line break at the end.</summary>
    private GjsonNode? Laid(byte[] json) => Read(json) is { } node
        ? new GjsonNode { Kind = node.Kind, Raw = node.IsContainer ? json : node.Raw, Text = node.Text, Items = node.Items, Members = node.Members }
        : null;
}
