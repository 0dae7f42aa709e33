using CsiSecrets.Model;

namespace CsiSecrets.Providers.Stores;

/// <summary>
/// A provider as a SecretStore names it, by the one member of <c>spec.provider</c>. The pure methods are <see cref="ReadStore"/>,
/// <see cref="Plan"/>, <see cref="Select"/> and <see cref="Extract"/>; the others talk to the provider or the cluster. Implementations hold
/// no value: what is read goes through shared fetching, which caches, shares and clears it.
/// </summary>
internal interface IStoreProvider : ISecretReader
{
    /// <summary>What <c>status.capabilities</c> of a store says: ReadOnly, WriteOnly or ReadWrite.</summary>
    string Capabilities { get; }

    /// <summary>Pure. Checks the store's own settings. Throws one <see cref="SecretsException"/> (StoreInvalid) that lists every error.</summary>
    StorePlan ReadStore(StoreSource store);

    /// <summary>Finds out as whom to read: keys, roles, chain, region. May ask the cluster; obtains no credentials yet. The access's key is
    /// everything that decides what may be read, never the store's name alone.</summary>
    Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken);

    /// <summary>Obtains credentials, as the peer's validation does, and makes no call that a policy could refuse. Throws what is wrong.</summary>
    Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken);

    /// <summary>Pure. The request for a remote value, its property apart: two entries that differ in the property only read once.</summary>
    SecretRequest Plan(StorePlan plan, RemoteSecret remote);

    /// <summary>Pure. The property of a value (the whole value where <paramref name="property"/> is empty); null when there is no such property.
    /// Throws ValueInvalid when the value is not of a shape that has properties, and SecretNotFound where a provider counts a missing property
    /// as absence (the peer's fake does).</summary>
    SecretBytes? Select(SecretRequest request, SecretBytes content, string property);

    /// <summary>Pure. The keys of a value, as <c>dataFrom.extract</c> has them. Throws ValueInvalid.</summary>
    SecretSet Extract(SecretRequest request, SecretBytes content, string property);

    /// <summary>What the criteria name now, by full name. Throws; never leaves something out because it could not be read.</summary>
    Task<IReadOnlyList<FoundSecret>> FindAsync(
        StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken);
}
