using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;

namespace CsiSecrets.Providers.Aws;

/// <summary>One identity at one or two regions.</summary>
internal sealed class AwsAccess : ProviderAccess
{
    public required AwsRegionAccess Primary { get; init; }

    public AwsRegionAccess? Failover { get; init; }

    /// <summary>How often a request is tried; null for the process's own way.</summary>
    public AwsRetry? Retry { get; init; }

    /// <summary>For messages: whose identity this is.</summary>
    public required string Who { get; init; }
}

/// <summary>A region and how to log in there.</summary>
internal sealed record AwsRegionAccess(string Region, AwsLogin Login)
{
    public override string ToString() => Region;
}
