using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>A SecretProviderClass or an ExternalSecret, of which only its short annotations count: what its volumes hold is seen by the pod statuses.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record MarkedSource : KubeObject
{
    internal sealed class Reader : JsonConverter<MarkedSource>
    {
        public override MarkedSource Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new() { Metadata = DataSourceReader.Read(ref reader, decode: false).Metadata };

        public override void Write(Utf8JsonWriter writer, MarkedSource value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A source is never written.");
    }
}
