using System.Text.Json;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>Reads a Secret or ConfigMap without keeping any of its content.</summary>
internal static class DataSourceReader
{
    /// <summary>Marks say "true"; what is longer is not kept: an applied manifest in an annotation holds the values once more.</summary>
    private const int LongestMark = 5;

    /// <param name="reader">At the object's start.</param>
    /// <param name="decode">Whether <c>data</c> is base64, as in a Secret; the base64 of <c>binaryData</c> counts as it stands.</param>
    public static (ObjectMeta Metadata, string Hash) Read(ref Utf8JsonReader reader, bool decode)
    {
        ObjectMeta metadata = ObjectMeta.Empty;
        using var data = new DataHash();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "metadata":
                    metadata = Slim(JsonSerializer.Deserialize(ref reader, ManifestJson.Default.ObjectMeta) ?? ObjectMeta.Empty);
                    break;
                case "data" or "binaryData" when reader.TokenType == JsonTokenType.StartObject:
                    data.Read(ref reader, decode && field == "data");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (metadata, data.End());
    }

    private static ObjectMeta Slim(ObjectMeta metadata) => new()
    {
        Name = metadata.Name,
        Namespace = metadata.Namespace,
        Uid = metadata.Uid,
        ResourceVersion = metadata.ResourceVersion,
        Annotations = metadata.Annotations?
            .Where(static a => a.Value is { Length: <= LongestMark })
            .ToDictionary(static a => a.Key, static a => a.Value, StringComparer.Ordinal),
    };
}
