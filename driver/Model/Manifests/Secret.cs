using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 Secret, read only: <c>data</c> and <c>stringData</c> come as <see cref="SecretBytes"/>, which the reader owns.</summary>
internal sealed record Secret : KubeObject, IDisposable
{
    public string Type { get => field ?? "Opaque"; init; }

    public EncodedSecretData? Data { get; init; }

    public TextSecretData? StringData { get; init; }

    /// <summary>The key's content, <c>stringData</c> first as the API server has it; null when the key is absent. Still owned by the Secret.</summary>
    public SecretBytes? Find(string key) => StringData?.Find(key) ?? Data?.Find(key);

    /// <summary>Every key, once, in ordinal order.</summary>
    public IReadOnlyList<string> Keys() =>
        [.. (Data?.Keys ?? []).Union(StringData?.Keys ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Data?.Dispose();
        StringData?.Dispose();
    }
}

/// <summary>Keys and plaintext. A class without a telling ToString, so that a record that holds it prints no value.</summary>
internal abstract class SecretData(Dictionary<string, SecretBytes> values) : IDisposable
{
    public IReadOnlyCollection<string> Keys => values.Keys;

    public SecretBytes? Find(string key) => values.GetValueOrDefault(key);

    public void Dispose()
    {
        foreach (SecretBytes value in values.Values)
        {
            value.Dispose();
        }
    }

    public sealed override string ToString() => "(redacted)";
}

/// <summary>What <c>data</c> holds: base64 strings.</summary>
[JsonConverter(typeof(Reader))]
internal sealed class EncodedSecretData(Dictionary<string, SecretBytes> values) : SecretData(values)
{
    internal sealed class Reader : JsonConverter<EncodedSecretData>
    {
        public override EncodedSecretData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(SecretMap.Read(ref reader, base64: true));

        public override void Write(Utf8JsonWriter writer, EncodedSecretData value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A Secret is never written by way of this record.");
    }
}

/// <summary>What <c>stringData</c> holds: plain text.</summary>
[JsonConverter(typeof(Reader))]
internal sealed class TextSecretData(Dictionary<string, SecretBytes> values) : SecretData(values)
{
    internal sealed class Reader : JsonConverter<TextSecretData>
    {
        public override TextSecretData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(SecretMap.Read(ref reader, base64: false));

        public override void Write(Utf8JsonWriter writer, TextSecretData value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A Secret is never written by way of this record.");
    }
}

internal static class SecretMap
{
    public static Dictionary<string, SecretBytes> Read(ref Utf8JsonReader reader, bool base64)
    {
        var values = new Dictionary<string, SecretBytes>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            values[key] = reader.TokenType == JsonTokenType.Null ? SecretBytes.Copy([]) : base64 ? Decode(ref reader) : SecretBytes.FromJson(ref reader);
        }

        return values;
    }

    private static SecretBytes Decode(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetBytesFromBase64(out byte[]? bytes))
        {
            // Without the offending text, which the reader's own exception could quote.
            throw new JsonException("a value under data is not base64");
        }

        try
        {
            return SecretBytes.Copy(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
