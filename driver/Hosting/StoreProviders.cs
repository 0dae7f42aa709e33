using CsiSecrets.AwsApi;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Aws.Stores;
using CsiSecrets.Providers.Fake;
using CsiSecrets.Providers.Kubernetes;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Hosting;

/// <summary>The store providers of this process. What they may ask of the cluster decides what they can do: the controller's may read the Secrets
/// that stores refer to, a node's may not.</summary>
internal sealed class StoreProviders : IDisposable
{
    private readonly SecretReferences references;

    public StoreProviders(AwsClients aws, ClusterAccess access, AwsProviderOptions options, TimeProvider time, params IReadOnlyList<IStoreProvider> more)
    {
        references = new SecretReferences(access, time);
        All =
        [
            new AwsStoreProvider(aws, access, references, options),
            new FakeStoreProvider(),
            new KubernetesStoreProvider(access, references, options.HashKey),
            .. more,
        ];
    }

    public IReadOnlyList<IStoreProvider> All { get; }

    public void Dispose() => references.Dispose();
}
