using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Objects;

/// <summary>An object read whole, for the moment of a write that builds on what is there.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record LiveObject : KubeObject
{
    public required ObservedObject Observed { get; init; }

    public required JsonTree Root { get; init; }

    /// <summary>As the server wrote it: field names, never a value.</summary>
    public required JsonElement? ManagedFields { get; init; }

    internal sealed class Reader : JsonConverter<LiveObject>
    {
        public override LiveObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            ObservedObject observed = ObjectParts.Observe(document.RootElement);
            return new LiveObject
            {
                Metadata = observed.Metadata,
                Observed = observed,
                Root = JsonTree.Parse(Encoding.UTF8.GetBytes(document.RootElement.GetRawText())),
                ManagedFields = ObjectParts.ManagedFields(document.RootElement)?.Clone(),
            };
        }

        public override void Write(Utf8JsonWriter writer, LiveObject value, JsonSerializerOptions options) =>
            throw new NotSupportedException("An object is never written by way of this record.");
    }
}
