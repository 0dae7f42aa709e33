using System.Text.Json.Serialization;
namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 Pod, as much of it as a node needs.</summary>
internal sealed record Pod : KubeObject
{
    public PodSpec Spec { get => field ?? PodSpec.Empty; init; }

    public PodStatus Status { get => field ?? PodStatus.Empty; init; }
}

internal sealed record PodSpec
{
    public static readonly PodSpec Empty = new();

    public string? NodeName { get; init; }

    /// <summary>Empty where a manifest leaves it out; the API server fills in <c>default</c>.</summary>
    public string ServiceAccountName { get => field ?? ""; init; }

    public PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Its address and its ports are the node's.</summary>
    public bool? HostNetwork { get; init; }

    public IReadOnlyList<PodVolume> Volumes { get => field ?? []; init; }
}

internal sealed record PodSecurityContext
{
    public long? FsGroup { get; init; }
}

/// <summary>A pod's volume; <see cref="Csi"/> is null for every other kind.</summary>
internal sealed record PodVolume
{
    public string Name { get => field ?? ""; init; }

    public CsiVolumeSource? Csi { get; init; }
}

/// <summary>An inline CSI volume.</summary>
internal sealed record CsiVolumeSource
{
    public string Driver { get => field ?? ""; init; }

    public bool? ReadOnly { get; init; }

    public string? FsType { get; init; }

    public IReadOnlyDictionary<string, string>? VolumeAttributes { get; init; }

    public LocalObjectReference? NodePublishSecretRef { get; init; }
}

internal sealed record LocalObjectReference
{
    [JsonConverter(typeof(CommonWord))]
    public string Name { get => field ?? ""; init; }
}

internal sealed record PodStatus
{
    public static readonly PodStatus Empty = new();

    /// <summary>Pending, Running, Succeeded, Failed, Unknown or empty.</summary>
    public string Phase { get => field ?? ""; init; }

    /// <summary>The first address; empty before there is one.</summary>
    public string PodIP { get => field ?? ""; init; }

    /// <summary>All addresses, the first one first; one of each family where the cluster has both.</summary>
    public IReadOnlyList<AddressEntry> PodIPs { get => field ?? []; init; }

    /// <summary>The node's address.</summary>
    public string HostIP { get => field ?? ""; init; }

    /// <summary>All of them, from Kubernetes 1.29 on.</summary>
    public IReadOnlyList<AddressEntry> HostIPs { get => field ?? []; init; }
}

internal sealed record AddressEntry
{
    public string Ip { get => field ?? ""; init; }
}
