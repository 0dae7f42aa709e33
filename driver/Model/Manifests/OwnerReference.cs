using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>metav1.OwnerReference: the object is collected with its owner.</summary>
internal sealed record OwnerReference
{
    [JsonConverter(typeof(CommonWord))]
    public string ApiVersion { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string Kind { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string Name { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string Uid { get => field ?? ""; init; }

    public bool? Controller { get; init; }

    public bool? BlockOwnerDeletion { get; init; }
}
