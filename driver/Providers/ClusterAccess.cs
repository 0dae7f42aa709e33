namespace CsiSecrets.Providers;

/// <summary>The few things a provider may need from the cluster, as delegates that Hosting fills: providers do not know Kube.</summary>
internal sealed record ClusterAccess
{
    /// <summary>The annotations of a ServiceAccount, not older than the given age; null when it does not exist.</summary>
    public required Func<string, string, TimeSpan, CancellationToken, Task<IReadOnlyDictionary<string, string>?>> ServiceAccountAnnotations { get; init; }

    /// <summary>The label <c>topology.kubernetes.io/region</c> of this node; null when it has none.</summary>
    public required Func<CancellationToken, Task<string?>> NodeRegion { get; init; }
}
