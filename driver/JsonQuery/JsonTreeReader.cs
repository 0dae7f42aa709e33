using System.Text;
using System.Text.Json;

namespace CsiSecrets.JsonQuery;

/// <summary>Builds a <see cref="JsonTree"/> from UTF-8 text. Depth is bounded, so the recursion is too.</summary>
internal static class JsonTreeReader
{
    public static JsonTree Read(ReadOnlySpan<byte> utf8, JsonTreeLimits limits)
    {
        if (utf8.Length > limits.MaxBytes)
        {
            throw new JsonTreeException($"the JSON is larger than {limits.MaxBytes} bytes", 0, 0);
        }

        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
        try
        {
            reader.Read();
            JsonTree tree = ReadValue(ref reader);
            reader.Read();
            return tree;
        }
        catch (JsonException e)
        {
            // The framework's own message can quote the text.
            throw new JsonTreeException(
                $"not valid JSON, or nested deeper than {limits.MaxDepth}", (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1);
        }
        catch (InvalidOperationException)
        {
            (long line, long column) = Place(utf8[..(int)reader.TokenStartIndex]);
            throw new JsonTreeException("a string is not valid UTF-8, or has half a surrogate pair,", line, column);
        }
    }

    private static JsonTree ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => JsonTree.Of(reader.GetString()!),
        JsonTokenType.Number => JsonTree.OfNumber(Encoding.ASCII.GetString(reader.ValueSpan)),
        JsonTokenType.True => JsonTree.True,
        JsonTokenType.False => JsonTree.False,
        _ => JsonTree.Null,
    };

    private static JsonTree ReadArray(ref Utf8JsonReader reader)
    {
        List<JsonTree> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader));
        }

        return JsonTree.OfArray(items);
    }

    private static JsonTree ReadObject(ref Utf8JsonReader reader)
    {
        List<KeyValuePair<string, JsonTree>> members = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            reader.Read();
            members.Add(new(name, ReadValue(ref reader)));
        }

        return JsonTree.OfObject(members);
    }

    private static (long Line, long Column) Place(ReadOnlySpan<byte> before) =>
        (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
}
