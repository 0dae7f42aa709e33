using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>How a store authenticates, its role chain apart.</summary>
internal abstract record AwsStoreAuth
{
    private AwsStoreAuth()
    {
    }

    /// <summary>What the controller itself was given.</summary>
    public sealed record Own : AwsStoreAuth;

    /// <summary>Keys that somebody made in IAM.</summary>
    public sealed record Keys(ObjectReference AccessKeyId, ObjectReference SecretAccessKey, ObjectReference? SessionToken) : AwsStoreAuth;

    /// <summary>The role that a ServiceAccount's annotation names, by a token for it.</summary>
    /// <param name="Reference">The ServiceAccount.</param>
    /// <param name="Audiences">Of the token, beside the one for STS.</param>
    public sealed record ServiceAccount(ObjectReference Reference, IReadOnlyList<string> Audiences) : AwsStoreAuth;
}
