using System.Buffers;
using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>Writes requests, walks answers. Secret values go from the answer's bytes to <see cref="SecretBytes"/>, never through a string.</summary>
internal static class JsonBody
{
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        fields(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static void WriteText(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void WriteTexts(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>A secret in base64.</summary>
    public static SecretBytes SecretBinary(ref Utf8JsonReader reader)
    {
        using SecretBytes text = SecretBytes.FromJson(ref reader);
        byte[] scratch = ArrayPool<byte>.Shared.Rent(text.Length + 4);
        try
        {
            return System.Buffers.Text.Base64.DecodeFromUtf8(text.Span, scratch, out _, out int written) == OperationStatus.Done
                ? SecretBytes.Copy(scratch.AsSpan(0, written))
                : throw new JsonException("SecretBinary is not base64");
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(scratch);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public static DateTimeOffset Time(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? DateTimeOffset.UnixEpoch.AddSeconds(reader.GetDouble()) : default;

    /// <summary>Steps over a value that nobody asked for. The reader stands on its first token.</summary>
    public static bool NextField(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        name = reader.GetString()!;
        return reader.Read();
    }

    /// <summary>Enters an array and stands on each element in turn; false after the last.</summary>
    public static bool NextElement(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    public static List<string> Texts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return texts;
        }

        while (NextElement(ref reader))
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                texts.Add(reader.GetString()!);
            }
            else
            {
                reader.Skip();
            }
        }

        return texts;
    }
}
