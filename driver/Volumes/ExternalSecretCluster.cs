using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Volumes;

/// <summary>What an ExternalSecret volume reads of the cluster, as delegates that Hosting fills. Each throws KubernetesDenied where the node was not
/// granted the right.</summary>
internal sealed record ExternalSecretCluster
{
    /// <summary>A cluster without ExternalSecrets.</summary>
    public static readonly ExternalSecretCluster None = new()
    {
        FindExternalSecret = static (_, _, _) => Task.FromResult<ExternalSecret?>(null),
        FindStore = static (_, _, _) => Task.FromResult<StoreObject?>(null),
        FindNamespace = static (_, _) => Task.FromResult<Namespace?>(null),
    };

    /// <summary>Namespace and name; null when it does not exist.</summary>
    public required Func<string, string, CancellationToken, Task<ExternalSecret?>> FindExternalSecret { get; init; }

    /// <summary>The store, and the namespace that names it; null when it does not exist.</summary>
    public required Func<StoreKey, string, CancellationToken, Task<StoreObject?>> FindStore { get; init; }

    /// <summary>The namespace with its labels; asked only where a store's conditions need them.</summary>
    public required Func<string, CancellationToken, Task<Namespace?>> FindNamespace { get; init; }
}
