using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CsiSecrets.JsonQuery;

/// <summary>
/// Builds trees from the parser's events rather than from YamlStream's nodes: YamlStream recurses without a bound, quotes keys in its
/// messages and hides where a duplicate stands.
/// </summary>
internal sealed class YamlReader(string text, YamlLimits limits)
{
    private const string NotYaml = "not valid YAML; look at indentation, quotes, brackets and tabs";

    private readonly Parser events = new(new StringReader(text));
    private readonly Dictionary<string, Anchored> anchors = new(StringComparer.Ordinal);
    private long size;
    private Mark last = Mark.Empty;

    public IReadOnlyList<YamlDocument> ReadAll()
    {
        List<YamlDocument> documents = [];
        while (Next() is { } next)
        {
            if (next is DocumentStart)
            {
                anchors.Clear();
                ParsingEvent first = NextOrEnd();
                JsonTree root = ReadValue(first, 0);
                if (!root.IsNull)
                {
                    documents.Add(new YamlDocument(first.Start.Line, root));
                }
            }
        }

        return documents;
    }

    private JsonTree ReadValue(ParsingEvent start, int depth)
    {
        if (start is AnchorAlias alias)
        {
            return Expand(alias);
        }

        long before = size;
        Charge(1, start);
        JsonTree value = start switch
        {
            Scalar scalar => ReadScalar(scalar, depth),
            SequenceStart when depth < limits.MaxDepth => ReadSequence(start, depth + 1),
            MappingStart when depth < limits.MaxDepth => ReadMapping(start, depth + 1),
            _ => throw Error($"nested deeper than {limits.MaxDepth}", start),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } node)
        {
            anchors[node.Anchor.Value] = new Anchored(value, size - before);
        }

        return value;
    }

    private JsonTree ReadScalar(Scalar scalar, int depth)
    {
        Charge(scalar.Value.Length, scalar);
        if (depth > 0 && depth == limits.PlainTextDepth && scalar is { Tag.IsEmpty: true, Style: ScalarStyle.Plain, Value.Length: > 0 })
        {
            return JsonTree.Of(scalar.Value);
        }

        string tag = scalar.Tag.IsEmpty ? string.Empty : scalar.Tag.Value;
        return YamlScalar.TryResolve(tag, scalar.Style == ScalarStyle.Plain, scalar.Value, out string problem) ?? throw Error(problem, scalar);
    }

    private JsonTree ReadSequence(ParsingEvent start, int depth)
    {
        CheckCollectionTag((NodeEvent)start, "seq");
        List<JsonTree> items = [];
        for (ParsingEvent next = NextOrEnd(); next is not SequenceEnd; next = NextOrEnd())
        {
            items.Add(ReadValue(next, depth));
        }

        return JsonTree.OfArray(items);
    }

    private JsonTree ReadMapping(ParsingEvent start, int depth)
    {
        CheckCollectionTag((NodeEvent)start, "map");
        OrderedDictionary<string, JsonTree> members = new(StringComparer.Ordinal);
        List<JsonTree> merged = [];
        for (ParsingEvent next = NextOrEnd(); next is not MappingEnd; next = NextOrEnd())
        {
            if (next is Scalar { Value: "<<", Style: ScalarStyle.Plain })
            {
                ParsingEvent source = NextOrEnd();
                merged.AddRange(MergeSources(ReadValue(source, depth), source));
                continue;
            }

            string key = KeyOf(ReadValue(next, depth), next);
            JsonTree value = ReadValue(NextOrEnd(), depth);
            if (!members.TryAdd(key, value))
            {
                throw Error("this key stands twice in one mapping", next);
            }
        }

        // A mapping's own keys win over merged ones, an earlier merged mapping over a later one.
        foreach ((string name, JsonTree value) in merged.SelectMany(source => source.Members))
        {
            members.TryAdd(name, value);
        }

        return JsonTree.OfObject(members);
    }

    private static IReadOnlyList<JsonTree> MergeSources(JsonTree value, ParsingEvent place)
    {
        IReadOnlyList<JsonTree> sources = value.Kind == JsonKind.Array ? value.Items : [value];
        return sources.All(source => source.Kind == JsonKind.Object)
            ? sources
            : throw Error("a merge key (<<) takes a mapping or a list of mappings", place);
    }

    private static string KeyOf(JsonTree key, ParsingEvent place) => key.Kind is JsonKind.String or JsonKind.Number or JsonKind.Boolean
        ? key.Text
        : throw Error("a key must be a string, a number or a boolean", place);

    private JsonTree Expand(AnchorAlias alias)
    {
        if (!anchors.TryGetValue(alias.Value.Value, out Anchored? anchored))
        {
            throw Error("this alias names no anchor before it", alias);
        }

        Charge(anchored.Size, alias);
        return anchored.Value;
    }

    private static void CheckCollectionTag(NodeEvent start, string kind)
    {
        if (!start.Tag.IsEmpty && start.Tag.Value != "!" && start.Tag.Value != YamlScalar.TagPrefix + kind)
        {
            throw Error("this tag has no JSON form", start);
        }
    }

    private void Charge(long cost, ParsingEvent place)
    {
        size += cost;
        if (size > limits.MaxExpandedSize)
        {
            throw Error("the YAML is too large once its aliases are expanded", place);
        }
    }

    private ParsingEvent NextOrEnd() => Next() ?? throw new YamlTextException("the YAML ends too early", 0, 0);

    private ParsingEvent? Next()
    {
        try
        {
            if (!events.MoveNext())
            {
                return null;
            }

            last = events.Current!.End;
            return events.Current;
        }
        catch (YamlException e)
        {
            // The library's own message can quote the text.
            throw new YamlTextException(NotYaml, e.Start.Line, e.Start.Column);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The library leaks these, e.g. for an unclosed flow collection or a malformed tag.
            throw new YamlTextException(NotYaml, last.Line, last.Column);
        }
    }

    private static YamlTextException Error(string cause, ParsingEvent place) => new(cause, place.Start.Line, place.Start.Column);

    private sealed class Anchored(JsonTree value, long size)
    {
        public JsonTree Value { get; } = value;

        /// <summary>What the anchored value was charged, aliases in it expanded.</summary>
        public long Size { get; } = size;
    }
}
