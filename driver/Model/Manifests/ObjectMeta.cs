using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>metav1.ObjectMeta, whole but for <c>managedFields</c>, which are large, and which a server keeps when they are not sent.</summary>
internal sealed record ObjectMeta
{
    public static readonly ObjectMeta Empty = new();

    [JsonConverter(typeof(CommonWord))]
    public string Name { get => field ?? ""; init; }

    public string? GenerateName { get; init; }

    /// <summary>Empty for a cluster-wide object.</summary>
    [JsonConverter(typeof(CommonWord))]
    public string Namespace { get => field ?? ""; init; }

    [JsonConverter(typeof(CommonWord))]
    public string Uid { get => field ?? ""; init; }

    /// <summary>Opaque; empty before the object was written.</summary>
    [JsonIgnore]
    public string ResourceVersion
    {
        get => WrittenVersion ?? "";
        init => WrittenVersion = string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>An apply that names no version must not name an empty one either: of a custom resource the server refuses it.</summary>
    [JsonInclude]
    [JsonPropertyName("resourceVersion")]
    internal string? WrittenVersion { get; init; }

    public long? Generation { get; init; }

    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once somebody has asked for the object's deletion.</summary>
    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public long? DeletionGracePeriodSeconds { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>The annotation's value, or null.</summary>
    public string? Annotation(string key) => Annotations is not null && Annotations.TryGetValue(key, out string? value) ? value : null;

    /// <summary>The label's value, or null.</summary>
    public string? Label(string key) => Labels is not null && Labels.TryGetValue(key, out string? value) ? value : null;
}
