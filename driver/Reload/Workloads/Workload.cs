using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Workloads;

/// <summary>A workload as a watch keeps it here: its annotations and what its pods use. No value of any variable but Reloader's own.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record Workload : KubeObject
{
    public required PodUse Pods { get; init; }

    /// <summary><c>spec.paused</c>.</summary>
    public bool Paused { get; init; }

    internal sealed class Reader : JsonConverter<Workload>
    {
        public override Workload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return WorkloadReader.Read(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, Workload value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A workload is patched, never written whole.");
    }
}
