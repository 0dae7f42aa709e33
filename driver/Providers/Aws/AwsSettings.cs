namespace CsiSecrets.Providers.Aws;

/// <summary>How a class authenticates.</summary>
internal enum AwsAuthMode
{
    /// <summary>The pod's own token for STS, or static keys where <c>nodePublishSecretRef</c> holds them.</summary>
    PodToken,

    /// <summary>EKS Pod Identity.</summary>
    PodIdentity,

    /// <summary>The credentials of the driver or node, where an administrator allows it.</summary>
    Node,
}

/// <summary>Which address of the Pod Identity agent is asked first, or alone.</summary>
internal enum AgentAddress
{
    Auto,
    IPv4,
    IPv6,
}

/// <summary>The parameters of a class other than its objects.</summary>
internal sealed record AwsSettings
{
    public string? Region { get; init; }

    public string? FailoverRegion { get; init; }

    public AwsAuthMode AuthMode { get; init; }

    public AgentAddress AgentAddress { get; init; }

    /// <summary>Roles on top of those credentials.</summary>
    public RoleChain Chain { get; init; } = RoleChain.None;
}
