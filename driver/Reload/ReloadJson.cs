using System.Text.Json.Serialization;
using CsiSecrets.Reload.Alerts;
using CsiSecrets.Reload.MetaInfo;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>Source-generated JSON of the room.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(WholeObject))]
[JsonSerializable(typeof(SecretSource))]
[JsonSerializable(typeof(ConfigMapSource))]
[JsonSerializable(typeof(MarkedSource))]
[JsonSerializable(typeof(MetaInfoOptions))]
[JsonSerializable(typeof(SlackMessage))]
[JsonSerializable(typeof(TextMessage))]
internal sealed partial class ReloadJson : JsonSerializerContext;
