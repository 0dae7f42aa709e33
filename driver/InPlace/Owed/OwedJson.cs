using System.Text.Json.Serialization;

namespace CsiSecrets.InPlace.Owed;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(OwedNotice))]
internal sealed partial class OwedJson : JsonSerializerContext;
