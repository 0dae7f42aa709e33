using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Secrets;

/// <summary>The Secret that holds the key of the hashes.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record KeySecret : KubeObject, IDisposable
{
    private const string DataKey = "key";

    /// <summary>Null where the Secret is there without one.</summary>
    public SecretBytes? Material { get; init; }

    public void Dispose() => Material?.Dispose();

    internal sealed class Converter : JsonConverter<KeySecret>
    {
        public override KeySecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using Secret read = JsonSerializer.Deserialize(ref reader, ManifestJson.Default.Secret) ?? new Secret();
            return new KeySecret { Metadata = read.Metadata, Material = read.Find(DataKey)?.Share() };
        }

        public override void Write(Utf8JsonWriter writer, KeySecret value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", value.ApiVersion);
            writer.WriteString("kind", value.Kind);
            writer.WriteStartObject("metadata");
            writer.WriteString("namespace", value.Metadata.Namespace);
            writer.WriteString("name", value.Metadata.Name);
            writer.WriteEndObject();
            writer.WriteString("type", "Opaque");
            writer.WriteStartObject("data");
            writer.WriteBase64String(DataKey, value.Material is null ? [] : value.Material.Span);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    public static KeySecret New(ObjectKey name, int bytes)
    {
        byte[] key = RandomNumberGenerator.GetBytes(bytes);
        try
        {
            return new KeySecret { Metadata = new ObjectMeta { Namespace = name.Namespace, Name = name.Name }, Material = SecretBytes.Copy(key) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
