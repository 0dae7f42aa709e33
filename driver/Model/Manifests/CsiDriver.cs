namespace CsiSecrets.Model.Manifests;

/// <summary>storage.k8s.io/v1 CSIDriver: how the kubelet treats a driver.</summary>
internal sealed record CsiDriver : KubeObject
{
    public CsiDriverSpec Spec { get => field ?? CsiDriverSpec.Empty; init; }
}

internal sealed record CsiDriverSpec
{
    public static readonly CsiDriverSpec Empty = new();

    public bool? AttachRequired { get; init; }

    public bool? PodInfoOnMount { get; init; }

    public bool? RequiresRepublish { get; init; }

    /// <summary>True (1.35 and later): tokens come in <c>secrets</c>, not in the volume context.</summary>
    public bool? ServiceAccountTokenInSecrets { get; init; }

    public IReadOnlyList<string> VolumeLifecycleModes { get => field ?? []; init; }

    public IReadOnlyList<CsiTokenRequest> TokenRequests { get => field ?? []; init; }
}

/// <summary>A token that the kubelet shall pass: its audience and, optionally, its life in seconds.</summary>
internal sealed record CsiTokenRequest
{
    public string Audience { get => field ?? ""; init; }

    public long? ExpirationSeconds { get; init; }
}
