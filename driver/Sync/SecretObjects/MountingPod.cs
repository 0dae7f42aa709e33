using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>A pod that has a class mounted, as the API server knows it.</summary>
internal sealed record MountingPod
{
    public required PodIdentity Identity { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Neither being deleted nor ended.</summary>
    public required bool Alive { get; init; }

    /// <summary>With whom the Secret is collected: the pod's owners, or for a pod without any its status of the class.</summary>
    public required IReadOnlyList<OwnerReference> Owners { get; init; }

    /// <summary>The volume's own attributes, but for the class.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    /// <summary>The Secret of the volume's <c>nodePublishSecretRef</c>; null for none.</summary>
    public string? CredentialsSecret { get; init; }
}
