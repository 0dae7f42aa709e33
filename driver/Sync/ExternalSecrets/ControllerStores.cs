using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Sync.Stores;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>Stores as the controller uses them on behalf of an ExternalSecret.</summary>
internal sealed class ControllerStores(SyncCluster cluster, StoreBook book, SyncOptions options)
{
    private readonly StoreGate gate = new(options.ControllerClass, options.FloodGate);

    /// <summary>Whether any store that the plan names is another controller's: then all of it is left alone.</summary>
    public bool IsSomebodyElses(ExternalSecretPlan plan) =>
        plan.Stores.Select(s => cluster.FindStore(s, plan.Key.Namespace)).OfType<StoreObject>().Any(s => !gate.IsOurs(s.Spec))
        || (!options.ClusterStores && plan.Stores.Any(s => s.Kind == StoreKind.ClusterSecretStore));

    /// <summary>Whether a store of the plan is so new that it was not validated yet: whoever waits for it is woken by what that says.</summary>
    public bool IsToBeValidated(ExternalSecretPlan plan) => options.FloodGate
        && plan.Stores.Select(s => cluster.FindStore(s, plan.Key.Namespace)).OfType<StoreObject>().Any(s => Conditions.ReadyOf(s.Status?.Conditions ?? []) is null);

    /// <summary>Throws StoreNotFound, StoreForbidden, StoreNotReady, StoreInvalid, or what hinders access.</summary>
    public async Task<OpenedStore> OpenAsync(StoreKey key, string ns, CancellationToken cancellationToken)
    {
        StoreObject store = cluster.FindStore(key, ns) ?? throw new SecretsException(
            FailureReason.StoreNotFound,
            key.Kind == StoreKind.ClusterSecretStore ? $"ClusterSecretStore {key.Name}" : $"SecretStore {ns}/{key.Name}",
            "it does not exist",
            "create it, or correct the secretStoreRef");
        gate.Require(store, cluster.FindNamespace(ns) ?? new Namespace { Metadata = new ObjectMeta { Name = ns } });
        OpenStore open = book.Read(store);
        ProviderAccess access = await open.Provider.OpenAsync(open.Plan, new StoreCaller.Controller(ns), cancellationToken);
        return new OpenedStore(open, access);
    }
}
