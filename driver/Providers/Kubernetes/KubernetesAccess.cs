namespace CsiSecrets.Providers.Kubernetes;

/// <summary>One identity at one cluster, for one namespace.</summary>
internal sealed class KubernetesAccess(ClusterReader reader, Uri server, string ns) : ProviderAccess
{
    public ClusterReader Reader { get; } = reader;

    public string Namespace { get; } = ns;

    /// <summary>For messages.</summary>
    public string Place(string secret) => $"Secret {Namespace}/{secret} at {server.Authority}";
}

/// <summary>A ClusterSecretStore whose references stand for the caller's namespace, while there is no caller.</summary>
internal sealed class UnresolvedAccess : ProviderAccess;
