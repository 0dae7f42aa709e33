using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>A store with the provider <c>kubernetes</c>.</summary>
internal sealed record KubernetesSettings : StorePlan
{
    public required Uri Server { get; init; }

    /// <summary>PEM, where the manifest itself holds it.</summary>
    public string? CaBundle { get; init; }

    public AuthoritySource? CaProvider { get; init; }

    public required KubernetesAuth Auth { get; init; }

    public required string RemoteNamespace { get; init; }
}

/// <summary>A Secret's or ConfigMap's key that holds the server's authorities.</summary>
internal sealed record AuthoritySource(bool IsConfigMap, ObjectReference Reference);
