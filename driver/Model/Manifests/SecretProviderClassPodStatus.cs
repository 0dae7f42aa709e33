using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary><c>secrets-store.csi.x-k8s.io</c> SecretProviderClassPodStatus: which versions are mounted in a pod. No status subresource.</summary>
internal sealed record SecretProviderClassPodStatus : KeptKubeObject
{
    public PodMountStatus Status { get => field ?? PodMountStatus.Empty; init; }
}

internal sealed record PodMountStatus
{
    public static readonly PodMountStatus Empty = new();

    public string PodName { get => field ?? ""; init; }

    public string SecretProviderClassName { get => field ?? ""; init; }

    public bool Mounted { get; init; }

    /// <summary>The kubelet's target path on the node.</summary>
    public string TargetPath { get => field ?? ""; init; }

    /// <summary>Sorted by id, ordinal.</summary>
    public IReadOnlyList<MountedObject> Objects { get => field ?? []; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>The provider's id of an object, and the version that is mounted.</summary>
internal sealed record MountedObject
{
    public string Id { get => field ?? ""; init; }

    public string Version { get => field ?? ""; init; }
}
