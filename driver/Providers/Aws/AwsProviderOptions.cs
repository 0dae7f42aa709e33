namespace CsiSecrets.Providers.Aws;

/// <summary>What an administrator decides about the AWS provider.</summary>
internal sealed class AwsProviderOptions
{
    /// <summary>Whether any pod may ask for the driver's or node's own credentials.</summary>
    public bool AllowNodeCredentials { get; set; }

    /// <summary>The namespaces whose pods may.</summary>
    public ISet<string> NodeCredentialNamespaces { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The process is a person's own (the local mode): every pod reads with that person's credentials, there being no other.</summary>
    public bool OwnCredentials { get; set; }

    /// <summary>Keys the hash of static keys within access keys. 32 random bytes that outlive a restart, or else what static keys fetched
    /// is fetched again after one.</summary>
    public required byte[] HashKey { get; set; }
}
