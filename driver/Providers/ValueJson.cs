using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>The members of a JSON value, without ever making a string of them.</summary>
internal static class ValueJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    public static bool IsJson(SecretBytes value)
    {
        try
        {
            var reader = new Utf8JsonReader(value.Span, Options);
            bool any = false;
            while (reader.Read())
            {
                any = true;
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Each key with its text: a string's own text, anything else as it stands in the document. Where a key occurs twice the last one
    /// counts. Throws <see cref="FormatException"/> when the value is not one JSON object.</summary>
    /// <param name="value">The JSON.</param>
    /// <param name="nullIsEmpty">A null is an empty text, as stores have it, and not the word.</param>
    public static IReadOnlyList<KeyValuePair<string, SecretBytes>> Members(SecretBytes value, bool nullIsEmpty = false)
    {
        var members = new List<KeyValuePair<string, SecretBytes>>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            if (!IsJson(value))
            {
                throw new FormatException("the value is not JSON");
            }

            ReadOnlySpan<byte> text = value.Span;
            var reader = new Utf8JsonReader(text, Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the value is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                reader.Read();
                SecretBytes member = nullIsEmpty && reader.TokenType == JsonTokenType.Null ? SecretBytes.Copy([]) : Member(ref reader, text);
                if (places.TryAdd(key, members.Count))
                {
                    members.Add(new(key, member));
                    continue;
                }

                int former = places[key];
                members[former].Value.Dispose();
                members[former] = new(key, member);
            }

            return members;
        }
        catch (FormatException)
        {
            members.ForEach(m => m.Value.Dispose());
            throw;
        }
        catch (InvalidOperationException)
        {
            // GetString and CopyString answer so to text that is not valid UTF-8 or holds half a surrogate pair.
            members.ForEach(m => m.Value.Dispose());
            throw new FormatException("the value holds text that is not valid Unicode");
        }
    }

    /// <summary>The token at the reader, its text unescaped when it is a string; the reader stands on its last token afterwards.</summary>
    public static SecretBytes Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> document)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            return SecretBytes.Copy(document[start..(int)reader.BytesConsumed]);
        }

        return SecretBytes.FromJson(ref reader);
    }
}
