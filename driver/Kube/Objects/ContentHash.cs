using System.Text;
using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Objects;

/// <summary>The peer's hash of the content of an object that is no Secret: SHA3-224 of what Go prints for it.</summary>
internal static class ContentHash
{
    /// <param name="content">A map.</param>
    /// <param name="fields">The <c>fieldsV1</c> of that map, for the part of it that they name; null for all of it.</param>
    public static string Of(JsonElement content, JsonElement? fields)
    {
        var text = new StringBuilder();
        Write(text, content, fields);
        return PeerHash.OfText(text.ToString());
    }

    private static void Write(StringBuilder to, JsonElement value, JsonElement? fields)
    {
        JsonElement? below = fields is { ValueKind: JsonValueKind.Object } map && map.EnumerateObject().Any(static f => f.Name != ".") ? map : null;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMap(to, value, below);
                break;
            case JsonValueKind.Array:
                WriteList(to, value, below);
                break;
            case JsonValueKind.String:
                to.Append(value.GetString());
                break;
            case JsonValueKind.Null:
                to.Append("<nil>");
                break;
            default:
                to.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteMap(StringBuilder to, JsonElement map, JsonElement? fields)
    {
        to.Append("map[");
        string separator = "";
        foreach (JsonProperty member in map.EnumerateObject().OrderBy(static m => m.Name, StringComparer.Ordinal))
        {
            JsonElement its = default;
            if (fields is null || fields.Value.TryGetProperty($"f:{member.Name}", out its))
            {
                to.Append(separator).Append(member.Name).Append(':');
                Write(to, member.Value, fields is null ? null : its);
                separator = " ";
            }
        }

        to.Append(']');
    }

    private static void WriteList(StringBuilder to, JsonElement list, JsonElement? fields)
    {
        to.Append('[');
        string separator = "";
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (fields is null || Named(item, fields.Value) is not null)
            {
                to.Append(separator);
                Write(to, item, fields is null ? null : Named(item, fields.Value));
                separator = " ";
            }
        }

        to.Append(']');
    }

    /// <summary>The fields of the list's item; null where they name it not.</summary>
    private static JsonElement? Named(JsonElement item, JsonElement fields)
    {
        foreach (JsonProperty one in fields.EnumerateObject())
        {
            if (one.Name.StartsWith("k:", StringComparison.Ordinal) && item.ValueKind == JsonValueKind.Object && HasKey(item, one.Name[2..]))
            {
                return one.Value;
            }

            if (one.Name.StartsWith("v:", StringComparison.Ordinal) && one.Name[2..] == item.GetRawText())
            {
                return one.Value;
            }
        }

        return null;
    }

    private static bool HasKey(JsonElement item, string key)
    {
        using var parsed = JsonDocument.Parse(key);
        return parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.EnumerateObject().All(
            k => item.TryGetProperty(k.Name, out JsonElement its) && its.GetRawText() == k.Value.GetRawText());
    }
}
