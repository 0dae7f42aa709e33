using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>Which API server a controller of the tests works on.</summary>
internal interface IControllerSeat : IAsyncDisposable
{
    /// <param name="clock">The controller's.</param>
    Task<KubeConnection> OpenAsync(TimeProvider clock);
}

/// <summary>The API server of the tests.</summary>
internal sealed class FakeControllerSeat : IControllerSeat
{
    private FakeKubeApi? api;

    public async Task<KubeConnection> OpenAsync(TimeProvider clock)
    {
        api = await FakeKubeApi.StartAsync(clock);
        foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret"])
        {
            api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal)));
        }

        api.Serve(new FakeKubeApiKind(SampleKind.ApiVersion, SampleKind.Plural, SampleKind.Kind, true));
        return api.Connection(clock);
    }

    public ValueTask DisposeAsync() => api?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>A kube-apiserver.</summary>
internal sealed class RealControllerSeat(RealApiServer server) : IControllerSeat
{
    public async Task<KubeConnection> OpenAsync(TimeProvider clock)
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        using KubeHttp http = server.Admin();
        var client = new KubeClient(http, TimeProvider.System);
        await InstalledCrds.EnsureAsync(client);
        await SampleKind.EnsureAsync(client);
        return server.Connection();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
