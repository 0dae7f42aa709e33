using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>The few things a provider may need from the cluster, as delegates that Hosting fills: providers do not know Kube.</summary>
internal sealed record ClusterAccess
{
    /// <summary>Namespace, name, the greatest age: what is known of a ServiceAccount; null when it does not exist.</summary>
    public required Func<string, string, TimeSpan, CancellationToken, Task<ServiceAccountFacts?>> FindServiceAccount { get; init; }

    /// <summary>The label <c>topology.kubernetes.io/region</c> of this node; null when it has none.</summary>
    public required Func<CancellationToken, Task<string?>> NodeRegion { get; init; }

    /// <summary>Namespace, name and key: a Secret's value, which the receiver owns; null when the Secret or the key does not exist. A node has
    /// no right to any.</summary>
    public Func<string, string, string, CancellationToken, Task<SecretBytes?>> FindSecretKey { get; init; } = NoRight<SecretBytes?>("Secret");

    /// <summary>Namespace, name and key: a ConfigMap's value; null when there is none.</summary>
    public Func<string, string, string, CancellationToken, Task<string?>> FindConfigMapKey { get; init; } = NoRight<string?>("ConfigMap");

    /// <summary>Namespace, ServiceAccount and audiences: a new token for it, which the receiver owns; null when it does not exist.</summary>
    public Func<string, string, IReadOnlyList<string>, CancellationToken, Task<PodToken?>> CreateToken { get; init; } =
        (ns, name, _, _) => throw Refused("ServiceAccount token", ns, name);

    /// <summary>Another cluster, or this one as somebody else. Makes no call yet.</summary>
    public Func<ClusterTarget, ClusterReader> Connect { get; init; } = target => throw new SecretsException(
        FailureReason.Unsupported, $"cluster {target.Server.Host}", "this process does not read other clusters", "let the controller do it");

    private static Func<string, string, string, CancellationToken, Task<T>> NoRight<T>(string kind) => (ns, name, _, _) => throw Refused(kind, ns, name);

    private static SecretsException Refused(string kind, string ns, string name) => new(
        FailureReason.KubernetesDenied, $"{kind} {ns}/{name}", "this process was not granted the right to read it", "let the controller do it");
}

/// <summary>A ServiceAccount as far as access depends on it.</summary>
/// <param name="Uid">Tells it from one of the same name that was deleted; compare with <c>PodIdentity.ServiceAccountUid</c>.</param>
/// <param name="Annotations">Its annotations.</param>
internal sealed record ServiceAccountFacts(string Uid, IReadOnlyDictionary<string, string> Annotations);
