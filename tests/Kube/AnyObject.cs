using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Kube;

/// <summary>An object of a kind that the driver has no record for.</summary>
internal sealed record AnyObject : KeptKubeObject
{
    public static ResourceType<AnyObject> Type(string group, string version, string plural, string kind, bool namespaced) =>
        new(group, version, plural, kind, namespaced, AnyObjectJson.Default.AnyObject);

    /// <param name="fields">The top-level fields but for metadata, e.g. <c>{"data":{"a":"b"}}</c>.</param>
    public static AnyObject Of(string ns, string name, string fields) => new()
    {
        Metadata = new ObjectMeta { Namespace = ns, Name = name },
        Rest = JsonSerializer.Deserialize(fields, AnyObjectJson.Default.DictionaryStringJsonElement),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnyObject))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class AnyObjectJson : JsonSerializerContext;
