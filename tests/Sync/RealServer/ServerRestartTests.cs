using System.Text.Json.Nodes;
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
        await RealController.UntilAsync(async () => await IsBackAsync(controller), () => "the server again");
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"annotations":{"force-sync":"1"} } }""");
        await controller.HoldsAsync("app", ("v", "second"));
        await controller.SyncedAsync();

        await controller.MergeAsync("Secret", "app", """{"data":{"v":"d3Jvbmc="} }""");
        await controller.HoldsAsync("app", ("v", "second"));
        Assert.Equal(calm.ToJsonString(), (await controller.GetAsync("Secret", "calm"))!.ToJsonString());
        Assert.Equal(1, controller.Aws.Calls.Count(where: static c => c.Objects.Any(static o => o.Contains("calm", StringComparison.Ordinal))));
    }

    private static async Task<bool> IsBackAsync(RealController controller)
    {
        try
        {
            return await controller.GetAsync("Secret", "app") is not null;
        }
        catch (Model.SecretsException)
        {
            return false;
        }
    }
}
