using System.Text.Json;

namespace CsiSecrets.Kube;

/// <summary>What a reader of JSON lets pass, and nobody expects: a null in a list or map, and nesting without end. Metadata, which the API
/// server checks, and a store's provider, which is kept as it is, are left alone.</summary>
internal static class ManifestShape
{
    /// <summary>Above what any field of ours needs, and below what a writer of JSON takes.</summary>
    private const int Deepest = 48;

    private static readonly HashSet<string> Maps = new(StringComparer.Ordinal) { "labels", "annotations", "data", "tags", "matchLabels", "parameters" };

    /// <summary>A field, and what is wrong with it; null where nothing is.</summary>
    public static string? Problem(Utf8JsonReader reader)
    {
        Utf8JsonReader start = reader;
        if (!IsSuspect(reader))
        {
            return null;
        }

        using JsonDocument whole = JsonDocument.ParseValue(ref start);
        foreach (JsonProperty member in whole.RootElement.ValueKind == JsonValueKind.Object ? whole.RootElement.EnumerateObject() : default)
        {
            if (member.Name != "metadata" && ProblemOf(member.Value, member.Name, isMap: false, depth: 1) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Cheap, because every object comes by here: whether there is any null or any depth.</summary>
    private static bool IsSuspect(Utf8JsonReader reader)
    {
        int root = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > root)
        {
            bool skipped = reader.TokenType == JsonTokenType.PropertyName
                && ((reader.CurrentDepth == root + 1 && reader.ValueTextEquals("metadata"u8)) || (reader.CurrentDepth == root + 2 && reader.ValueTextEquals("provider"u8)));
            if (skipped)
            {
                reader.Read();
                reader.TrySkip();
            }
            else if (reader.TokenType == JsonTokenType.Null || reader.CurrentDepth - root > Deepest)
            {
                return true;
            }
        }

        return false;
    }

    private static string? ProblemOf(JsonElement value, string path, bool isMap, int depth)
    {
        if (depth > Deepest)
        {
            return $"{path}: nested too deep";
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in value.EnumerateObject())
            {
                if (path == "spec" && member.Name == "provider")
                {
                    continue;
                }

                string at = $"{path}.{member.Name}";
                if (isMap && member.Value.ValueKind == JsonValueKind.Null)
                {
                    return $"{at}: it must not be null";
                }

                if (ProblemOf(member.Value, at, Maps.Contains(member.Name), depth + 1) is { } problem)
                {
                    return problem;
                }
            }
        }

        return value.ValueKind == JsonValueKind.Array ? ProblemOfList(value, path, depth) : null;
    }

    private static string? ProblemOfList(JsonElement list, string path, int depth)
    {
        int i = 0;
        foreach (JsonElement one in list.EnumerateArray())
        {
            string at = $"{path}[{i++}]";
            string? problem = one.ValueKind == JsonValueKind.Null ? $"{at}: it must not be null" : ProblemOf(one, at, isMap: false, depth + 1);
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }
}
