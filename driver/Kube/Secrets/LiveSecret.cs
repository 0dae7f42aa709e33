using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Secrets;

/// <summary>A Secret read whole, for the moment of a write that must say again what others have put there.</summary>
[JsonConverter(typeof(Reader))]
internal sealed record LiveSecret : KubeObject, IDisposable
{
    public required ObservedSecret Observed { get; init; }

    public required SecretSet Values { get; init; }

    /// <summary>As the server wrote it: field names, never a value.</summary>
    public required JsonElement? ManagedFields { get; init; }

    public void Dispose() => Values.Dispose();

    internal sealed class Reader : JsonConverter<LiveSecret>
    {
        public override LiveSecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = new SecretParts();
            parts.Read(ref reader, keepValues: true);
            ObservedSecret observed = parts.Observed();
            return new LiveSecret
            {
                Metadata = observed.Metadata,
                Observed = observed,
                Values = parts.Values ?? new SecretSet(),
                ManagedFields = parts.ManagedFields,
            };
        }

        public override void Write(Utf8JsonWriter writer, LiveSecret value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A Secret is never written by way of this record.");
    }
}
