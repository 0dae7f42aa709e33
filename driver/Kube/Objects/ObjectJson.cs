using System.Text.Json.Serialization;

namespace CsiSecrets.Kube.Objects;

/// <summary>Source-generated JSON of objects of any kind.</summary>
[JsonSerializable(typeof(ObservedObject))]
[JsonSerializable(typeof(LiveObject))]
internal sealed partial class ObjectJson : JsonSerializerContext;
