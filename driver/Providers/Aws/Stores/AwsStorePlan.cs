using CsiSecrets.AwsApi;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>A store with the provider <c>aws</c>.</summary>
internal sealed record AwsStorePlan : StorePlan
{
    public required AwsStore Service { get; init; }

    public required string Region { get; init; }

    public required AwsStoreAuth Auth { get; init; }

    /// <summary>Without the tag that names the caller's namespace.</summary>
    public required RoleChain Chain { get; init; }

    /// <summary>The session tags begin with the caller's namespace.</summary>
    public required bool TagsNameTheCaller { get; init; }

    /// <summary>Stands before every key that a manifest names; never before a name that a listing found.</summary>
    public required string Prefix { get; init; }

    /// <summary>Null for the process's own.</summary>
    public required AwsRetry? Retry { get; init; }

    public RoleChain ChainFor(string ns) => TagsNameTheCaller
        ? Chain with { SessionTags = [new(NamespaceTag, ns), .. Chain.SessionTags] }
        : Chain;

    public const string NamespaceTag = "esoNamespace";
}
