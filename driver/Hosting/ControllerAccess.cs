using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;

namespace CsiSecrets.Hosting;

/// <summary>What the controller lets providers ask of its cluster: all that stores refer to, where its Role allows it.</summary>
internal static class ControllerAccess
{
    public const string NodeVariable = "KUBE_NODE_NAME";
    private const string RegionLabel = "topology.kubernetes.io/region";
    private static readonly TimeSpan NodeAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan ConfigMapAge = TimeSpan.FromSeconds(15);

    /// <param name="api">The API server.</param>
    /// <param name="remotes">Other clusters.</param>
    /// <param name="time">Clock.</param>
    /// <param name="node">The node that this process runs on, whose region counts where a manifest names none; empty where that is not known.</param>
    public static ClusterAccess Of(IKubeApi api, RemoteClusters remotes, TimeProvider time, string node = "")
    {
        var accounts = new FactCache<ObjectKey, ServiceAccount>((key, token) => api.GetAsync(ResourceTypes.ServiceAccounts, key, token), time);
        var configMaps = new FactCache<ObjectKey, ConfigMap>((key, token) => api.GetAsync(ResourceTypes.ConfigMaps, key, token), time);
        var nodes = new FactCache<ObjectKey, Node>((key, token) => api.GetAsync(ResourceTypes.Nodes, key, token), time);
        return new ClusterAccess
        {
            FindServiceAccount = async (ns, name, age, token) => await accounts.GetAsync(new ObjectKey(ns, name), age, token) is { } found
                ? new ServiceAccountFacts(found.Metadata.Uid, found.Metadata.Annotations ?? new Dictionary<string, string>())
                : null,
            NodeRegion = async token => node.Length == 0 ? null : (await nodes.GetAsync(new ObjectKey("", node), NodeAge, token))?.Metadata.Label(RegionLabel),
            FindSecretKey = (ns, name, key, token) => ObjectKeys.SecretAsync(api, new ObjectKey(ns, name), key, token),
            FindConfigMapKey = async (ns, name, key, token) =>
                ObjectKeys.Find(await configMaps.GetAsync(new ObjectKey(ns, name), ConfigMapAge, token), key),
            CreateToken = async (ns, name, audiences, token) =>
            {
                TokenRequestStatus? made = await api.CreateTokenAsync(
                    new ObjectKey(ns, name), new TokenRequestSpec { Audiences = audiences, ExpirationSeconds = 3600 }, token);
                return made is null
                    ? null
                    : new PodToken(SecretBytes.FromText(made.Token), made.ExpirationTimestamp ?? time.GetUtcNow().AddMinutes(30));
            },
            Connect = remotes.Connect,
        };
    }
}
