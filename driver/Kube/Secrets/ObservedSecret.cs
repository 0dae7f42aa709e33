using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Secrets;

/// <summary>What a watch keeps of a Secret: everything that drift can be seen in, and no value.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record ObservedSecret : KubeObject
{
    public required string Type { get; init; }

    public bool Immutable { get; init; }

    public required DataDigest Data { get; init; }

    public IReadOnlyList<FieldOwner> Owners { get; init; } = [];

    /// <summary>The owner that is marked as the controller; null when nobody controls the Secret.</summary>
    public OwnerReference? Controller => Metadata.OwnerReferences?.FirstOrDefault(static o => o.Controller == true);

    /// <summary>What <paramref name="manager"/> has applied; null when it never did.</summary>
    public FieldOwner? AppliedBy(string manager) => Owners.FirstOrDefault(o => o.IsApplyOf(manager));

    internal sealed class Reader : JsonConverter<ObservedSecret>
    {
        public override ObservedSecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = new SecretParts();
            parts.Read(ref reader, keepValues: false);
            return parts.Observed();
        }

        public override void Write(Utf8JsonWriter writer, ObservedSecret value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A Secret is never written by way of this record.");
    }
}
