namespace CsiSecrets.Resolution.ExternalSecrets;

internal enum StoreKind
{
    SecretStore,
    ClusterSecretStore,
}

/// <summary>A store as an ExternalSecret names it; a SecretStore is in the ExternalSecret's own namespace.</summary>
internal sealed record StoreKey(StoreKind Kind, string Name)
{
    public override string ToString() => $"{Kind} {Name}";
}
