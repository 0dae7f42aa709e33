using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>What every object of the API server has. Nothing is required here: what must be there is checked where it is used.</summary>
internal abstract record KubeObject
{
    /// <summary>Absent in the items of a list; the client fills it in when it writes.</summary>
    [JsonPropertyOrder(-3)]
    [JsonConverter(typeof(CommonWord))]
    public string? ApiVersion { get; init; }

    [JsonPropertyOrder(-2)]
    [JsonConverter(typeof(CommonWord))]
    public string? Kind { get; init; }

    [JsonPropertyOrder(-1)]
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>Namespace and name.</summary>
    [JsonIgnore]
    public ObjectKey Key => new(Metadata.Namespace, Metadata.Name);
}

/// <summary>A <see cref="KubeObject"/> that is written back: fields unknown to us survive the round trip.</summary>
internal abstract record KeptKubeObject : KubeObject
{
    /// <summary>Top-level fields that this version has no name for. <c>set</c>, because source-generated readers cannot init it.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
