using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Local;

/// <summary>The file of secrets as a SecretStore's provider: <c>provider: {local: {}}</c>. As with classes, no manifest names a path.</summary>
internal sealed class LocalStoreProvider(LocalStore store) : IStoreProvider
{
    private readonly LocalProvider reader = new(store);

    public string Name => LocalProvider.ProviderName;

    public string Capabilities => "ReadOnly";

    public StorePlan ReadStore(StoreSource source)
    {
        var fields = StoreFields.Of(source, Name);
        fields.ThrowIfAny(source.Identity);
        return new LocalStorePlan { StoreRef = source.Identity.ToString() };
    }

    /// <summary>The file is one for everybody who may use the store.</summary>
    public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken) =>
        Task.FromResult<ProviderAccess>(new LocalAccess { Key = $"local:{store.Path}" });

    public async Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken) =>
        (await store.ReadAsync(cancellationToken)).Dispose();

    public SecretRequest Plan(StorePlan plan, RemoteSecret remote) => (remote.Version.Length > 0, remote.Metadata) switch
    {
        (true, _) => throw Unsupported(plan, remote, "versions", "leave out remoteRef.version"),
        (_, true) => throw Unsupported(plan, remote, "metadata", "leave out metadataPolicy"),
        _ => LocalRequest.Create(remote.Key, optional: false),
    };

    public SecretBytes? Select(SecretRequest request, SecretBytes content, string property) => StoreValues.Select(content, property);

    public SecretSet Extract(SecretRequest request, SecretBytes content, string property) => StoreValues.Extract(request.Name, content, property);

    public Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken) =>
        reader.FetchAsync(access, items, cancellationToken);

    public async Task<IReadOnlyList<FoundSecret>> FindAsync(
        StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        if (criteria.Tags.Count > 0)
        {
            throw new SecretsException(
                FailureReason.Unsupported, $"{plan.StoreRef}: find.tags", "the provider local keeps no tags", "find by name or path");
        }

        using LocalSecrets secrets = await store.ReadAsync(cancellationToken);
        return
        [
            .. secrets.Names
                .Where(n => n.StartsWith(criteria.Path ?? "", StringComparison.Ordinal)
                    && criteria.Name?.IsMatch(Encoding.UTF8.GetBytes(n), cancellationToken) != false)
                .Select(n => new FoundSecret(n, LocalRequest.Create(n, optional: false), null)),
        ];
    }

    private static SecretsException Unsupported(StorePlan plan, RemoteSecret remote, string what, string remedy) =>
        new(FailureReason.Unsupported, $"{plan.StoreRef}: secret {remote.Key}", $"the provider local keeps no {what}", remedy);
}

/// <summary>It has no settings.</summary>
internal sealed record LocalStorePlan : StorePlan;
