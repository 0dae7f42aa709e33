using System.Text;
using System.Text.Json;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>Builds nodes over a JSON text, which they point into. What follows the first value does not matter, as in the original.</summary>
internal static class GjsonReader
{
    private const int MaxDepth = 128;

    /// <summary>The first value; null when the text holds none.</summary>
    public static GjsonNode? TryRead(ReadOnlyMemory<byte> json) => ReadMany(json, most: 1) is [var first, ..] ? first : null;

    /// <summary>Values one after another, as JSON lines have them, up to the first thing that is none.</summary>
    public static IReadOnlyList<GjsonNode> ReadMany(ReadOnlyMemory<byte> json, int most)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
        var values = new List<GjsonNode>();
        try
        {
            while (values.Count < most && reader.Read())
            {
                values.Add(ReadValue(ref reader, json));
            }
        }
        catch (JsonException)
        {
            // Not JSON from here on.
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair, or that is no UTF-8.
        }

        return values;
    }

    private static GjsonNode ReadValue(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                List<GjsonMember> members = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    string name = reader.GetString()!;
                    ReadOnlyMemory<byte> raw = json.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2);
                    reader.Read();
                    members.Add(new GjsonMember(name, raw, ReadValue(ref reader, json)));
                }

                return new GjsonNode { Kind = JsonKind.Object, Raw = json[start..(int)reader.BytesConsumed], Members = members };
            case JsonTokenType.StartArray:
                List<GjsonNode> items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader, json));
                }

                return new GjsonNode { Kind = JsonKind.Array, Raw = json[start..(int)reader.BytesConsumed], Items = items };
            case JsonTokenType.String:
                return new GjsonNode { Kind = JsonKind.String, Raw = json.Slice(start, reader.ValueSpan.Length + 2), Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new GjsonNode { Kind = JsonKind.Number, Raw = json.Slice(start, reader.ValueSpan.Length), Text = Encoding.ASCII.GetString(reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new GjsonNode { Kind = JsonKind.Boolean, Raw = json.Slice(start, reader.ValueSpan.Length), Text = reader.GetBoolean() ? "true" : "false" };
            default:
                return new GjsonNode { Kind = JsonKind.Null, Raw = json.Slice(start, reader.ValueSpan.Length) };
        }
    }
}
