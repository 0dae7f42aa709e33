using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>A Secret as one value and back. Pure.</summary>
internal static class SecretContent
{
    public static SecretBytes Of(ClusterSecret secret, SecretForm form) => form switch
    {
        SecretForm.Metadata => Json(JsonTree.OfObject(
        [
            KeyValuePair.Create("annotations", TextsOf(secret.Annotations)),
            KeyValuePair.Create("labels", TextsOf(secret.Labels)),
        ])),
        SecretForm.Text => TextOf(secret.Data),
        _ => Encode(secret.Data),
    };

    /// <summary>Keys and plaintext, owned by the receiver, of what <see cref="SecretForm.Data"/> made.</summary>
    public static SecretSet Decode(SecretBytes content)
    {
        var set = new SecretSet();
        var reader = new Utf8JsonReader(content.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            byte[] value = reader.GetBytesFromBase64();
            set.Put(key, SecretBytes.Copy(value));
            CryptographicOperations.ZeroMemory(value);
        }

        return set;
    }

    /// <summary>A JSON object of texts; what is no UTF-8 shows as U+FFFD, as in the peer.</summary>
    public static SecretBytes TextOf(SecretSet data) => Json(JsonTree.OfObject(
        data.Items.Select(i => KeyValuePair.Create(i.Key, JsonTree.Of(Encoding.UTF8.GetString(i.Value.Span))))));

    private static SecretBytes Encode(SecretSet data)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (data.Items.Sum(i => i.Key.Length + i.Value.Length) * 2));
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach ((string key, SecretBytes value) in data.Items)
        {
            writer.WriteBase64String(key, value.Span);
        }

        writer.WriteEndObject();
        writer.Flush();
        SecretBytes content = SecretBytes.Copy(buffer.WrittenSpan);
        buffer.Clear(); // zeroes what was written
        return content;
    }

    private static JsonTree TextsOf(IReadOnlyDictionary<string, string> texts) => JsonTree.OfObject(
        texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => KeyValuePair.Create(t.Key, JsonTree.Of(t.Value))));

    private static SecretBytes Json(JsonTree tree)
    {
        byte[] json = JsonTreeWriter.ToJson(tree, JsonTreeLimits.Default.MaxBytes);
        SecretBytes content = SecretBytes.Copy(json);
        CryptographicOperations.ZeroMemory(json);
        return content;
    }
}
