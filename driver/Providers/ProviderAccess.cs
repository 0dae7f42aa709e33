namespace CsiSecrets.Providers;

/// <summary>
/// A way to read at a provider as one identity. <see cref="Key"/> is everything that decides what may be read (auth mode, namespace and
/// ServiceAccount, role and chain, external id, tags, endpoint, region, for Pod Identity the pod, for static keys a keyed hash of them):
/// what one key fetched is never shown to another. Providers derive their own class, which holds clients and credentials.
/// </summary>
internal abstract class ProviderAccess
{
    public required string Key { get; init; }

    public override string ToString() => GetType().Name;
}
