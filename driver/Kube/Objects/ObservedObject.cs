using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Objects;

/// <summary>What a watch keeps of an object of any kind: who set which field, names, a hash, and no value.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record ObservedObject : KubeObject
{
    public required IReadOnlyList<FieldHolder> Holders { get; init; }

    /// <summary>The keys of a top-level <c>data</c>.</summary>
    public required IReadOnlyList<string> DataKeys { get; init; }

    /// <summary>The peer's hash of <c>spec</c>, or of <c>data</c> where there is no spec; of a spec that was applied, of what was applied of it.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The owner that is marked as the controller; null when nobody controls the object.</summary>
    public OwnerReference? Controller => Metadata.OwnerReferences?.FirstOrDefault(static o => o.Controller == true);

    /// <summary>What <paramref name="manager"/> has applied; null when it never did.</summary>
    public FieldHolder? AppliedBy(string manager) => Holders.FirstOrDefault(h => h.IsApplyOf(manager));

    internal sealed class Reader : JsonConverter<ObservedObject>
    {
        public override ObservedObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return ObjectParts.Observe(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, ObservedObject value, JsonSerializerOptions options) =>
            throw new NotSupportedException("An object is never written by way of this record.");
    }
}
