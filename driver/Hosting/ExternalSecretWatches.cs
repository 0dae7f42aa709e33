using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>Fills <see cref="ExternalSecretCluster"/> from an API server: the ExternalSecrets and stores that volumes of this node use, each watched
/// from its first use on.</summary>
internal sealed class ExternalSecretWatches : IDisposable
{
    private const string Remedy = "apply the driver's manifests with the component external-secrets, which lets nodes read ExternalSecrets and stores";

    private readonly UsedObjects<ExternalSecret> externalSecrets;
    private readonly UsedObjects<SecretStore> stores;
    private readonly UsedObjects<ClusterSecretStore> clusterStores;

    /// <param name="api">The API server.</param>
    /// <param name="inUse">Whether a volume of this node uses the ExternalSecret.</param>
    /// <param name="changed">Told when an ExternalSecret in use was edited or deleted.</param>
    /// <param name="storeChanged">Told when a store was edited or deleted: its namespace, empty for a ClusterSecretStore.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    public ExternalSecretWatches(
        IKubeApi api, Predicate<ObjectKey> inUse, Action<ObjectKey> changed, Action<string> storeChanged, TimeProvider time, ILogger log)
    {
        externalSecrets = new UsedObjects<ExternalSecret>(api, ResourceTypes.ExternalSecrets, inUse, time, log) { Changed = changed };
        // Who asks for a store within the watches' patience keeps it: nothing else needs to know its users.
        stores = new UsedObjects<SecretStore>(api, ResourceTypes.SecretStores, static _ => false, time, log) { Changed = key => storeChanged(key.Namespace) };
        clusterStores = new UsedObjects<ClusterSecretStore>(api, ResourceTypes.ClusterSecretStores, static _ => false, time, log) { Changed = _ => storeChanged("") };
        Cluster = new ExternalSecretCluster
        {
            FindExternalSecret = (ns, name, token) => GrantedAsync(externalSecrets.FindAsync(ns, name, token)),
            FindStore = async (store, ns, token) => store.Kind == StoreKind.ClusterSecretStore
                ? await GrantedAsync(clusterStores.FindAsync("", store.Name, token))
                : await GrantedAsync(stores.FindAsync(ns, store.Name, token)),
            FindNamespace = (ns, token) => GrantedAsync(api.GetAsync(ResourceTypes.Namespaces, new ObjectKey("", ns), token)),
        };
    }

    public ExternalSecretCluster Cluster { get; }

    public IReadOnlyList<IHostedService> Services => [externalSecrets, stores, clusterStores];

    public void Dispose()
    {
        externalSecrets.Dispose();
        stores.Dispose();
        clusterStores.Dispose();
    }

    private static async Task<T?> GrantedAsync<T>(Task<T?> read)
        where T : KubeObject
    {
        try
        {
            return await read;
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesDenied)
        {
            throw new SecretsException(e.Reason, e.Subject, e.Cause, Remedy, e);
        }
    }
}
