namespace CsiSecrets.Providers;

/// <summary>What may be asked of a cluster that was connected to. Failures are KubernetesUnavailable, KubernetesDenied and their like.</summary>
internal sealed record ClusterReader
{
    /// <summary>Namespace and name: the Secret, which the receiver owns; null when there is none.</summary>
    public required Func<string, string, CancellationToken, Task<ClusterSecret?>> FindSecret { get; init; }

    /// <summary>Namespace, label selector, and which names: the Secrets, which the receiver owns.</summary>
    public required Func<string, string, Func<string, bool>, CancellationToken, Task<IReadOnlyList<ClusterSecret>>> ListSecrets { get; init; }

    /// <summary>Namespace: whether we may read Secrets there.</summary>
    public required Func<string, CancellationToken, Task<bool>> MayReadSecrets { get; init; }
}
