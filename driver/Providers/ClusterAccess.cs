namespace CsiSecrets.Providers;

/// <summary>The few things a provider may need from the cluster, as delegates that Hosting fills: providers do not know Kube.</summary>
internal sealed record ClusterAccess
{
    /// <summary>Namespace, name, the greatest age: what is known of a ServiceAccount; null when it does not exist.</summary>
    public required Func<string, string, TimeSpan, CancellationToken, Task<ServiceAccountFacts?>> FindServiceAccount { get; init; }

    /// <summary>The label <c>topology.kubernetes.io/region</c> of this node; null when it has none.</summary>
    public required Func<CancellationToken, Task<string?>> NodeRegion { get; init; }
}

/// <summary>A ServiceAccount as far as access depends on it.</summary>
/// <param name="Uid">Tells it from one of the same name that was deleted; compare with <c>PodIdentity.ServiceAccountUid</c>.</param>
/// <param name="Annotations">Its annotations.</param>
internal sealed record ServiceAccountFacts(string Uid, IReadOnlyDictionary<string, string> Annotations);
