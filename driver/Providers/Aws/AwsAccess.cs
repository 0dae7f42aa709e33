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

    /// <summary>The same with secrets of its own, for a call that may outlive the caller's.</summary>
    public AwsAccess Detach() => new() { Key = Key, Primary = Primary.Detach(), Failover = Failover?.Detach(), Retry = Retry, Who = Who };

    /// <summary>Clears what <see cref="Detach"/> took.</summary>
    public void Clear()
    {
        Primary.Login.Clear();
        Failover?.Login.Clear();
    }
}

/// <summary>A region and how to log in there.</summary>
internal sealed record AwsRegionAccess(string Region, AwsLogin Login)
{
    public AwsRegionAccess Detach() => new(Region, Login.Detach());

    public override string ToString() => Region;
}
