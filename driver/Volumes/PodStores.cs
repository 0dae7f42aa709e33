using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Volumes;

/// <summary>Stores as a pod may use them: conditions hold, readiness does not matter, because the pod brings its own identity.</summary>
internal sealed class PodStores(ExternalSecretCluster cluster, StoreCatalog catalog)
{
    private readonly StoreGate gate = new("", requireReady: false);

    /// <summary>The stores that a plan names, checked. Throws StoreNotFound, StoreInvalid, StoreForbidden.</summary>
    public async Task<IReadOnlyList<OpenStore>> ReadAsync(ExternalSecretPlan plan, string ns, CancellationToken cancellationToken)
    {
        var stores = new List<OpenStore>();
        foreach (StoreKey key in plan.Stores)
        {
            stores.Add(await ReadAsync(key, ns, cancellationToken));
        }

        return stores;
    }

    public async Task<OpenedStore> OpenAsync(StoreKey key, AccessRequest access, CancellationToken cancellationToken)
    {
        OpenStore store = await ReadAsync(key, access.Pod.Namespace, cancellationToken);
        return new OpenedStore(store, await store.Provider.OpenAsync(store.Plan, new StoreCaller.Pod(access), cancellationToken));
    }

    private async Task<OpenStore> ReadAsync(StoreKey key, string ns, CancellationToken cancellationToken)
    {
        StoreObject store = await cluster.FindStore(key, ns, cancellationToken)
            ?? throw new SecretsException(FailureReason.StoreNotFound, key.ToString(), "it does not exist", "create it, or correct the secretStoreRef");
        gate.Require(store, await NamespaceFor(store, ns, cancellationToken));
        string storeNamespace = key.Kind == StoreKind.ClusterSecretStore ? "" : ns;
        return catalog.Read(new StoreIdentity(storeNamespace, key.Name, store.Metadata.Uid), store.Spec);
    }

    /// <summary>Its labels are asked for only where a condition looks at labels.</summary>
    private async Task<Namespace> NamespaceFor(StoreObject store, string ns, CancellationToken cancellationToken) =>
        (store.Spec.Conditions.Any(c => c.NamespaceSelector is not null) ? await cluster.FindNamespace(ns, cancellationToken) : null)
        ?? new Namespace { Metadata = new ObjectMeta { Name = ns } };
}
