using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync;

/// <summary>The cluster as the watches know it now: what every decision is made from.</summary>
internal sealed record SyncCluster
{
    public required Func<ObjectKey, ExternalSecret?> FindExternalSecret { get; init; }

    /// <summary>The store, and the namespace that names it.</summary>
    public required Func<StoreKey, string, StoreObject?> FindStore { get; init; }

    public required Func<string, Namespace?> FindNamespace { get; init; }

    /// <summary>A Secret that carries the managed label; any other is unknown here.</summary>
    public required Func<ObjectKey, ObservedSecret?> FindSecret { get; init; }

    /// <summary>Secrets whose <c>created-by</c> label has this value.</summary>
    public required Func<string, IReadOnlyList<ObservedSecret>> CreatedBy { get; init; }

    /// <summary>The other ExternalSecrets with the same target, by name.</summary>
    public required Func<ObjectKey, string, IReadOnlySet<string>> Companions { get; init; }
}
