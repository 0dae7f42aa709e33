using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Providers.Objects;

/// <summary>
/// Reads the fields of one YAML mapping by the peer's rules: unknown fields are ignored, names match in any case (the exact one first),
/// a number or boolean where text is wanted is its text, null is absence. What does not fit becomes an error of that field.
/// </summary>
internal sealed class YamlFields(YamlMappingNode node, string path, FieldErrors errors)
{
    public string Path => path;

    public void Error(string field, string cause) => errors.Add($"{path}.{field}", cause);

    /// <summary>The text of a field; null when absent or empty.</summary>
    public string? Text(string field)
    {
        YamlNode? found = Find(field);
        if (found is null)
        {
            return null;
        }

        if (found is not YamlScalarNode scalar)
        {
            Error(field, "must be a text");
            return null;
        }

        return IsNull(scalar) || scalar.Value!.Length == 0 ? null : scalar.Value;
    }

    public bool? Flag(string field)
    {
        switch (Text(field)?.ToLowerInvariant())
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                Error(field, "must be true or false");
                return null;
        }
    }

    /// <summary>A uid or gid.</summary>
    public int? Id(string field)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            return id;
        }

        Error(field, "must be a number from 0 to 2147483647");
        return null;
    }

    public YamlFields? Map(string field)
    {
        switch (Find(field))
        {
            case null or YamlScalarNode { Value: "" or "~" or "null" }:
                return null;
            case YamlMappingNode map:
                return new YamlFields(map, $"{path}.{field}", errors);
            default:
                Error(field, "must be a map of fields");
                return null;
        }
    }

    public IReadOnlyList<YamlFields> Maps(string field)
    {
        switch (Find(field))
        {
            case null or YamlScalarNode { Value: "" or "~" or "null" }:
                return [];
            case YamlSequenceNode list:
                return YamlLists.Maps(list, $"{path}.{field}", errors);
            default:
                Error(field, "must be a list");
                return [];
        }
    }

    /// <summary>All keys with their texts, in the order of the document.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs()
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && value is YamlScalarNode { Value: { } text })
            {
                pairs.Add(new(name, text));
            }
            else
            {
                errors.Add(path, "must map texts to texts");
            }
        }

        return pairs;
    }

    public bool Has(string field) => Find(field) is not null;

    private YamlNode? Find(string field)
    {
        YamlNode? found = null;
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
            {
                continue;
            }

            if (name == field)
            {
                return value;
            }

            found = name.Equals(field, StringComparison.OrdinalIgnoreCase) ? value : found;
        }

        return found;
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == YamlDotNet.Core.ScalarStyle.Plain && scalar.Value is null or "~" or "null" or "Null" or "NULL";
}
