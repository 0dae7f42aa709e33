using System.Buffers;
using System.Text;

namespace CsiSecrets.JsonQuery;

/// <summary>
/// Writes compact JSON as Go's encoding/json does with HTML escaping off: control characters, quote, backslash and U+2028/U+2029 are
/// escaped and nothing else. Numbers are their source text.
/// </summary>
internal static class JsonTreeWriter
{
    /// <summary>What a file holds: a string raw, everything else as JSON. Throws <see cref="JsonTreeException"/> beyond the limit.</summary>
    public static byte[] ToFile(JsonTree tree, int maxBytes)
    {
        if (tree.Kind != JsonKind.String)
        {
            return ToJson(tree, maxBytes);
        }

        return Encoding.UTF8.GetByteCount(tree.Text) <= maxBytes ? Encoding.UTF8.GetBytes(tree.Text) : throw TooLarge(maxBytes);
    }

    /// <summary>Throws <see cref="JsonTreeException"/> when the text would be larger than <paramref name="maxBytes"/>.</summary>
    public static byte[] ToJson(JsonTree tree, int maxBytes)
    {
        ArrayBufferWriter<byte> output = new();
        try
        {
            Write(tree, output, maxBytes);
            return output.WrittenSpan.ToArray();
        }
        finally
        {
            output.Clear(); // zeroes what was written
        }
    }

    private static void Write(JsonTree tree, ArrayBufferWriter<byte> output, int maxBytes)
    {
        // A tree may hold one subtree many times, so the text can be exponentially larger than the tree: look while writing.
        if (output.WrittenCount + tree.Text.Length > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        switch (tree.Kind)
        {
            case JsonKind.String:
                WriteString(tree.Text, output);
                break;
            case JsonKind.Array:
                WriteItems(tree, output, maxBytes);
                break;
            case JsonKind.Object:
                WriteMembers(tree, output, maxBytes);
                break;
            case JsonKind.Null:
                output.Write("null"u8);
                break;
            default:
                Encoding.UTF8.GetBytes(tree.Text, output);
                break;
        }

        if (output.WrittenCount > maxBytes)
        {
            throw TooLarge(maxBytes);
        }
    }

    private static void WriteItems(JsonTree tree, ArrayBufferWriter<byte> output, int maxBytes)
    {
        ReadOnlySpan<byte> separator = "["u8;
        foreach (JsonTree item in tree.Items)
        {
            output.Write(separator);
            Write(item, output, maxBytes);
            separator = ","u8;
        }

        output.Write(tree.Count == 0 ? "[]"u8 : "]"u8);
    }

    private static void WriteMembers(JsonTree tree, ArrayBufferWriter<byte> output, int maxBytes)
    {
        ReadOnlySpan<byte> separator = "{"u8;
        foreach ((string name, JsonTree value) in tree.Members)
        {
            output.Write(separator);
            WriteString(name, output);
            output.Write(":"u8);
            Write(value, output, maxBytes);
            separator = ","u8;
        }

        output.Write(tree.Count == 0 ? "{}"u8 : "}"u8);
    }

    private static void WriteString(string text, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c >= ' ' && c is not ('"' or '\\' or '\u2028' or '\u2029'))
            {
                continue;
            }

            Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), output);
            Encoding.UTF8.GetBytes(Escape(c), output);
            start = i + 1;
        }

        Encoding.UTF8.GetBytes(text.AsSpan(start), output);
        output.Write("\""u8);
    }

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        _ => $"\\u{(int)c:x4}",
    };

    private static JsonTreeException TooLarge(int maxBytes) => new($"the result is larger than {maxBytes} bytes", 0, 0);
}
