using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>A Secret or ConfigMap as a watch keeps it here: who it is, its short annotations, and the hash of its data.</summary>
internal abstract record DataSource : KubeObject
{
    public required string PeerHash { get; init; }

    public SourceState State(SourceKind kind, AnnotationNames names) => new()
    {
        Key = new SourceKey(kind, Metadata.Name),
        PeerHash = PeerHash,
        Ignored = Metadata.Annotation(names.Ignore) == "true",
        Tagged = Metadata.Annotation(names.Match) == "true",
    };
}

[JsonConverter(typeof(Reader))]
internal sealed record SecretSource : DataSource
{
    internal sealed class Reader : JsonConverter<SecretSource>
    {
        public override SecretSource Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            (ObjectMeta metadata, string hash) = DataSourceReader.Read(ref reader, decode: true);
            return new SecretSource { Metadata = metadata, PeerHash = hash };
        }

        public override void Write(Utf8JsonWriter writer, SecretSource value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A source is never written.");
    }
}

[JsonConverter(typeof(Reader))]
internal sealed record ConfigMapSource : DataSource
{
    internal sealed class Reader : JsonConverter<ConfigMapSource>
    {
        public override ConfigMapSource Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            (ObjectMeta metadata, string hash) = DataSourceReader.Read(ref reader, decode: false);
            return new ConfigMapSource { Metadata = metadata, PeerHash = hash };
        }

        public override void Write(Utf8JsonWriter writer, ConfigMapSource value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A source is never written.");
    }
}
