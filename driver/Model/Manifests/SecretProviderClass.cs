using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary><c>secrets-store.csi.x-k8s.io</c> SecretProviderClass; v1 and v1alpha1 have the same shape.</summary>
internal sealed record SecretProviderClass : UserManifest
{
    public SecretProviderClassSpec Spec { get => field ?? SecretProviderClassSpec.Empty; init; }

    public SecretProviderClassStatus? Status { get; init; }
}

/// <summary>What became of the class's mirrored Secrets. Written by the controller alone, as a subresource.</summary>
internal sealed record SecretProviderClassStatus
{
    /// <summary>The generation of the class that the entries are of.</summary>
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<SecretObjectStatus> SecretObjects { get => field ?? []; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>One mirrored Secret. What is empty is left out: not every server takes an empty text in a list.</summary>
internal sealed record SecretObjectStatus
{
    public string SecretName { get => field ?? ""; init; }

    /// <summary>Another whenever the content is; keyed, so that no short value can be guessed from it. Null before the first write.</summary>
    public string? Hash { get; init => field = value is { Length: > 0 } ? value : null; }

    /// <summary>When the content was last written.</summary>
    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? Time { get; init; }

    /// <summary>Why the Secret is not what the class asks for; null while it is.</summary>
    public string? Error { get; init => field = value is { Length: > 0 } ? value : null; }
}

internal sealed record SecretProviderClassSpec
{
    public static readonly SecretProviderClassSpec Empty = new();

    /// <summary>Name of the provider, e.g. <c>aws</c>; empty when the manifest has none, which is an error at mount.</summary>
    public string Provider { get => field ?? ""; init; }

    /// <summary>Settings for the provider; the driver's own begin where the provider's documentation ends.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get => field ?? NoParameters; init; }

    /// <summary>Kubernetes Secrets to be made from the mounted files.</summary>
    public IReadOnlyList<SecretObject> SecretObjects { get => field ?? []; init; }

    /// <summary>Fields of features that this version does not have.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }

    private static readonly Dictionary<string, string> NoParameters = [];
}

/// <summary>One Kubernetes Secret that mirrors mounted files.</summary>
internal sealed record SecretObject
{
    public string SecretName { get => field ?? ""; init; }

    public string Type { get => field ?? ""; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<SecretObjectData> Data { get => field ?? []; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>A mounted file's path (<see cref="ObjectName"/>) and the Secret's key that takes its content.</summary>
internal sealed record SecretObjectData
{
    public string ObjectName { get => field ?? ""; init; }

    public string Key { get => field ?? ""; init; }

    /// <summary>For a PFX file: the path of the mounted file that holds its password. Absent: no password.</summary>
    public string? PasswordObjectName { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
