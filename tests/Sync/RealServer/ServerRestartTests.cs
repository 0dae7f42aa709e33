using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>A real kube-apiserver, and its etcd, killed under a controller and started again.</summary>
public sealed class ServerRestartTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    [Theory]
    [InlineData("kube-apiserver")]
    [InlineData("etcd")]
    public async Task KilledAndStartedAgain_NothingIsLostOrReadAgain_AndWhatChangedIsSynced(string component)
    {
        await using RealController controller = await RealController.StartAsync(server, async c =>
        {
            foreach (string name in (string[])["calm", "app"])
            {
                c.Aws.Seed.Secret(name, "first");
                await c.PutAsync("ExternalSecret", name, $"{{secretStoreRef: {{name: main}}, refreshInterval: 10h, data: [{{secretKey: v, remoteRef: {{key: {name} }} }}]}}");
            }
        });
        await controller.SyncedAsync("calm");
        await controller.SyncedAsync();
        JsonNode calm = (await controller.GetAsync("Secret", "calm"))!;

        await server.KillAsync(component);
        controller.Aws.Seed.Secret("app", "second");
        controller.Aws.Seed.Secret("calm", "second");
        await server.StartAgainAsync(component);
        using KubeHttp http = server.Admin();
        await RealController.UntilAsync(() => IsReadyAsync(http), () => "the server again");
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"annotations":{"force-sync":"1"} } }""");
        await controller.HoldsAsync("app", ("v", "second"));
        await controller.SyncedAsync();

        await controller.MergeAsync("Secret", "app", """{"data":{"v":"d3Jvbmc="} }""");
        await controller.HoldsAsync("app", ("v", "second"));
        Assert.Equal(calm.ToJsonString(), (await controller.GetAsync("Secret", "calm"))!.ToJsonString());
        Assert.Equal(1, controller.Aws.Calls.Count(where: static c => c.Objects.Any(static o => o.Contains("calm", StringComparison.Ordinal))));
    }

    /// <summary>It answers for some kinds before it does for all of them.</summary>
    private static async Task<bool> IsReadyAsync(KubeHttp http)
    {
        try
        {
            return await http.SendAsync(
                new KubeRequest(HttpMethod.Get, "/readyz", "get /readyz", false), static (_, _) => Task.FromResult(true), false, TestContext.Current.CancellationToken);
        }
        catch (Model.SecretsException)
        {
            return false;
        }
    }
}
