using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>As whom a store speaks to its cluster.</summary>
internal abstract record KubernetesAuth
{
    private KubernetesAuth()
    {
    }

    public sealed record Nobody : KubernetesAuth;

    public sealed record Certificate(ObjectReference ClientCert, ObjectReference ClientKey) : KubernetesAuth;

    public sealed record Token(ObjectReference Bearer) : KubernetesAuth;

    public sealed record ServiceAccount(ObjectReference Reference, IReadOnlyList<string> Audiences) : KubernetesAuth;

    /// <summary>A kubeconfig, which names the server as well.</summary>
    public sealed record Kubeconfig(ObjectReference Reference) : KubernetesAuth;
}
