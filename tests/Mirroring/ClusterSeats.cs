using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Kube;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Where the API server of a test comes from.</summary>
internal interface IClusterSeat : IAsyncDisposable
{
    Task<Cluster> OpenAsync();
}

/// <summary>The API server of the tests, which counts calls and fails when it is told to.</summary>
internal sealed class FakeSeat : IClusterSeat
{
    private KubeHttp? http;

    public FakeKubeApi Api { get; private set; } = null!;

    public async Task<Cluster> OpenAsync()
    {
        Api = await FakeKubeApi.StartAsync();
        http = new KubeHttp(Api.Connection(TimeProvider.System), TimeProvider.System, NullLogger<KubeHttp>.Instance);
        return new Cluster(http, "default");
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        await Api.DisposeAsync();
    }
}

/// <summary>A namespace of its own on a server that is not ours.</summary>
internal sealed class RealSeat(RealApiServer server) : IClusterSeat
{
    public const string Collection = "mirroring on a real API server";

    private KubeHttp? http;

    public async Task<Cluster> OpenAsync()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        http = server.Admin();
        string ns = $"t-{Guid.NewGuid():N}";
        await new KubeClient(http, TimeProvider.System).CreateAsync(
            ResourceTypes.Namespaces, new Namespace { Metadata = new ObjectMeta { Name = ns } }, TestContext.Current.CancellationToken);
        return new Cluster(http, ns);
    }

    public ValueTask DisposeAsync()
    {
        http?.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One server for all of them.</summary>
[CollectionDefinition(RealSeat.Collection)]
public sealed class RealApiServerOfMirroring : ICollectionFixture<RealApiServer>;
