using System.Text;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>How <c>@pretty</c> lays out a value.</summary>
internal sealed record GjsonLayoutOptions
{
    public bool SortKeys { get; init; }

    public string Indent { get; init; } = "  ";

    public string Prefix { get; init; } = "";

    /// <summary>The column up to which an array stands on one line.</summary>
    public int Width { get; init; } = 80;

    public static GjsonLayoutOptions Read(string argument)
    {
        var options = new GjsonLayoutOptions();
        GjsonNode? given = argument.Length == 0 ? null : GjsonReader.TryRead(Encoding.UTF8.GetBytes(argument));
        foreach (GjsonMember member in given?.Members ?? [])
        {
            options = member.Name switch
            {
                "sortKeys" => options with { SortKeys = member.Value.Text == "true" },
                "indent" => options with { Indent = member.Value.Text },
                "prefix" => options with { Prefix = member.Value.Text },
                "width" when member.Value.Kind == JsonKind.Number => options with { Width = (int)Math.Clamp(member.Value.Number, 0, 100_000) },
                _ => options,
            };
        }

        return options;
    }
}

/// <summary>A value written anew: without white space, or for people to read.</summary>
internal static class GjsonLayout
{
    private const int MostChars = 4 * 1024 * 1024;

    public static byte[] Ugly(GjsonNode node)
    {
        var text = new StringBuilder();
        Compact(node, text, "", sortKeys: false);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Pretty(GjsonNode node, GjsonLayoutOptions options)
    {
        var text = new StringBuilder(options.Prefix);
        Write(node, text, options, 0);
        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    private static void Compact(GjsonNode node, StringBuilder text, string space, bool sortKeys)
    {
        string separator = "";
        foreach (GjsonMember member in Members(node, sortKeys))
        {
            text.Append(separator.Length == 0 ? "{" : separator).Append(Utf8(member.RawName)).Append(':').Append(space);
            Compact(member.Value, text, space, sortKeys);
            separator = "," + space;
        }

        foreach (GjsonNode item in node.Items)
        {
            text.Append(separator.Length == 0 ? "[" : separator);
            Compact(item, text, space, sortKeys);
            separator = "," + space;
        }

        _ = node.Kind switch
        {
            JsonKind.Object => text.Append(node.Members.Count == 0 ? "{}" : "}"),
            JsonKind.Array => text.Append(node.Items.Count == 0 ? "[]" : "]"),
            _ => text.Append(Utf8(node.Raw)),
        };
    }

    private static void Write(GjsonNode node, StringBuilder text, GjsonLayoutOptions options, int depth)
    {
        if (text.Length > MostChars)
        {
            throw new JsonTreeException($"the path makes more than {MostChars} characters", 0, 0);
        }

        int count = node.Items.Count + node.Members.Count;
        if (count == 0 || (node.Kind == JsonKind.Array && FitsOneLine(node, text, options)))
        {
            Compact(node, text, count == 0 ? "" : " ", options.SortKeys);
            return;
        }

        char open = node.Kind == JsonKind.Object ? '{' : '[';
        text.Append(open);
        bool first = true;
        foreach (GjsonMember member in Members(node, options.SortKeys))
        {
            NewLine(text, options, depth + 1, ref first);
            text.Append(Utf8(member.RawName)).Append(": ");
            Write(member.Value, text, options, depth + 1);
        }

        foreach (GjsonNode item in node.Items)
        {
            NewLine(text, options, depth + 1, ref first);
            Write(item, text, options, depth + 1);
        }

        first = true;
        NewLine(text, options, depth, ref first);
        text.Append(open == '{' ? '}' : ']');
    }

    private static bool FitsOneLine(GjsonNode array, StringBuilder text, GjsonLayoutOptions options)
    {
        if (array.Items.Any(i => i.IsContainer) || array.Raw.Length > 2 * options.Width)
        {
            return false;
        }

        var line = new StringBuilder();
        Compact(array, line, " ", sortKeys: false);
        int column = 0;
        while (column < text.Length && text[text.Length - 1 - column] != '\n')
        {
            column++;
        }

        return column + line.Length <= options.Width;
    }

    private static void NewLine(StringBuilder text, GjsonLayoutOptions options, int depth, ref bool first)
    {
        text.Append(first ? "\n" : ",\n").Append(options.Prefix);
        first = false;
        for (int i = 0; i < depth; i++)
        {
            text.Append(options.Indent);
        }
    }

    private static IEnumerable<GjsonMember> Members(GjsonNode node, bool sortKeys) =>
        sortKeys ? node.Members.OrderBy(m => m.Name, StringComparer.Ordinal) : node.Members;

    private static string Utf8(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span);
}
