namespace CsiSecrets.Model;

/// <summary>Whose secrets: namespace, pod and ServiceAccount as the kubelet states them, never what a pod's author can write.</summary>
internal sealed record PodIdentity
{
    public required string Namespace { get; init; }

    public required string PodName { get; init; }

    public required string PodUid { get; init; }

    public required string ServiceAccount { get; init; }

    /// <summary>The ServiceAccount's UID as the pod's token states it; null when there is no token.</summary>
    public string? ServiceAccountUid { get; init; }

    /// <summary><c>namespace/name</c>, for messages.</summary>
    public string PodRef => $"{Namespace}/{PodName}";
}
