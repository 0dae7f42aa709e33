using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(FetchKeyJson)])]
[JsonSerializable(typeof(VolumeState))]
[JsonSerializable(typeof(FetchMemory))]
internal sealed partial class StateJson : JsonSerializerContext;

/// <summary>A <see cref="FetchKey"/> as its text.</summary>
internal sealed class FetchKeyJson : JsonConverter<FetchKey>
{
    public override FetchKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FetchKey.TryParse(reader.GetString() ?? "", out FetchKey key) ? key : throw new JsonException("not a fetch key");

    public override void Write(Utf8JsonWriter writer, FetchKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
