using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>AWS Secrets Manager and SSM Parameter Store as a SecretStore's provider.</summary>
internal sealed class AwsStoreProvider(AwsClients clients, ClusterAccess cluster, SecretReferences secrets, AwsProviderOptions options) : IStoreProvider
{
    private readonly AwsStoreAccess access = new(cluster, secrets, clients.Environment, options);

    public string Name => "aws";

    public string Capabilities => "ReadWrite";

    public StorePlan ReadStore(StoreSource store) => AwsStoreReader.Read(store);

    public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken) =>
        access.OpenAsync((AwsStorePlan)plan, caller, cancellationToken);

    public async Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken)
    {
        if (access is not AwsAccess resolved)
        {
            return;
        }

        try
        {
            (await clients.Credentials.GetAsync(resolved.Primary.Login, cancellationToken)).Dispose();
        }
        catch (AwsException e)
        {
            throw AwsStoreFailures.OfCredentials(e, plan.StoreRef, resolved);
        }
    }

    public SecretRequest Plan(StorePlan plan, RemoteSecret remote)
    {
        var store = (AwsStorePlan)plan;
        return StoreObjects.Of(store.Service, store.Prefix + remote.Key, remote.Version, remote.Metadata);
    }

    public SecretBytes? Select(SecretRequest request, SecretBytes content, string property) => StoreValues.Select(content, property);

    public SecretSet Extract(SecretRequest request, SecretBytes content, string property) => StoreValues.Extract(request.Name, content, property);

    public Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
    {
        AwsAccess resolved = Resolved(access);
        return new AwsFetch(clients.Retrying(resolved.Retry), AwsStoreFailures.ResultOf).FetchAsync(resolved, items, cancellationToken);
    }

    public Task<IReadOnlyList<FoundSecret>> FindAsync(
        StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        if (criteria is { Name: null, Tags.Count: 0, Path: null or "" })
        {
            throw new SecretsException(FailureReason.ExternalSecretInvalid, $"{plan.StoreRef}: find", "unexpected find operator", "give name, tags or path");
        }

        AwsAccess resolved = Resolved(access);
        return new AwsStoreFind(clients.Retrying(resolved.Retry)).FindAsync((AwsStorePlan)plan, resolved, criteria, cancellationToken);
    }

    private static AwsAccess Resolved(ProviderAccess access) => access as AwsAccess ?? throw new SecretsException(
        FailureReason.StoreInvalid, "a ClusterSecretStore", "its references have no namespace, and it was opened for none", "name the namespace");
}
