using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Providers.Objects;

/// <summary>Parameters whose text is a YAML list (JSON is YAML too).</summary>
internal static class YamlLists
{
    private const int DeepestNesting = 64;

    /// <summary>The document's root; null when the text is empty, or when it does not parse (an error then).</summary>
    public static YamlNode? Parse(string text, string path, string sentence, FieldErrors errors)
    {
        try
        {
            if (TooDeepAt(text) is { } place)
            {
                errors.Add(path, $"{sentence}: nested deeper than {DeepestNesting} at line {place.Line}, column {place.Column}");
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        }
        catch (YamlException e)
        {
            // The parser's message may quote the text; the place is enough.
            errors.Add(path, $"{sentence}: not valid YAML at line {e.Start.Line}, column {e.Start.Column}");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The library leaks these, e.g. for an unclosed flow collection or a malformed tag.
            errors.Add(path, $"{sentence}: not valid YAML");
            return null;
        }
    }

    // YamlStream recurses without a bound: its stack would overflow, and the process with all its volumes end.
    private static Mark? TooDeepAt(string text)
    {
        var events = new Parser(new StringReader(text));
        int depth = 0;
        while (events.MoveNext())
        {
            depth += events.Current!.NestingIncrease;
            if (depth > DeepestNesting)
            {
                return events.Current.Start;
            }
        }

        return null;
    }

    public static IReadOnlyList<YamlFields> Maps(YamlSequenceNode list, string path, FieldErrors errors)
    {
        var maps = new List<YamlFields>(list.Children.Count);
        for (int i = 0; i < list.Children.Count; i++)
        {
            if (list.Children[i] is YamlMappingNode map)
            {
                maps.Add(new YamlFields(map, $"{path}[{i}]", errors));
            }
            else
            {
                errors.Add($"{path}[{i}]", "must be a map of fields");
            }
        }

        return maps;
    }

    /// <summary>A list of texts: a YAML list, or texts with commas between them.</summary>
    public static IReadOnlyList<string> Texts(string text, string path, FieldErrors errors)
    {
        YamlNode? root = Parse(text, path, "must be a list of texts", errors);
        if (root is YamlScalarNode scalar)
        {
            return (scalar.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        if (root is YamlSequenceNode list && list.Children.All(c => c is YamlScalarNode))
        {
            return [.. list.Children.Select(c => ((YamlScalarNode)c).Value ?? "")];
        }

        if (root is not null)
        {
            errors.Add(path, "must be a list of texts");
        }

        return [];
    }

    /// <summary>Pairs: a YAML map, or a list of <c>{key, value}</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string text, string path, FieldErrors errors)
    {
        switch (Parse(text, path, "must be a map, or a list of {key, value}", errors))
        {
            case null:
                return [];
            case YamlMappingNode map:
                return new YamlFields(map, path, errors).Pairs();
            case YamlSequenceNode list:
                var pairs = new List<KeyValuePair<string, string>>();
                foreach (YamlFields fields in Maps(list, path, errors))
                {
                    if (fields.Text("key") is { } key)
                    {
                        pairs.Add(new(key, fields.Text("value") ?? ""));
                    }
                    else
                    {
                        fields.Error("key", "is required");
                    }
                }

                return pairs;
            default:
                errors.Add(path, "must be a map, or a list of {key, value}");
                return [];
        }
    }
}
