using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>AWS as it is when something is wrong with it, under a controller on a real API server: the Secret stays whole, and follows once it is over.</summary>
[Collection(RealServerOfControllers.Name)]
public sealed class AwsFaultTests(RealApiServer server)
{
    private const string Spec = "{secretStoreRef: {name: main}, refreshInterval: 10h, target: {deletionPolicy: Delete}, data: [{secretKey: v, remoteRef: {key: db} }]}";

    [Theory]
    [InlineData("Throttle")]
    [InlineData("Fail")]
    [InlineData("Status")]
    [InlineData("Cut")]
    [InlineData("Garbage")]
    public async Task Answers_ThatAreNone_LeaveTheSecretAsItIs(string kind)
    {
        await using RealController controller = await StartAsync();
        string before = await VersionAsync(controller);
        controller.Aws.Faults.Add(new Fault { Kind = Enum.Parse<FaultKind>(kind) });

        await RotateAsync(controller);
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider: ");
        Assert.Equal(before, await VersionAsync(controller));

        controller.Aws.Faults.Clear();
        await controller.HoldsAsync("app", ("v", "second"));
        await controller.SyncedAsync();
    }

    [Fact]
    public async Task Keys_ThatWereRevoked_AreSaid_AndOthersAreTakenUp()
    {
        await using RealController controller = await StartAsync();
        string before = await VersionAsync(controller);
        var other = controller.Aws.Seed.User($"eso-{controller.Ns}");

        await RotateAsync(controller);
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider: ");
        Assert.Equal(before, await VersionAsync(controller));

        await controller.MergeAsync("Secret", "aws-keys", $$"""{"stringData":{"id":"{{other.Id}}","key":"{{other.Secret}}"} }""");
        await controller.HoldsAsync("app", ("v", "second"));
        await controller.SyncedAsync();
    }

    private async Task<RealController> StartAsync()
    {
        RealController controller = await RealController.StartAsync(server, async c =>
        {
            c.Aws.Seed.Secret("db", "first");
            await c.PutAsync("ExternalSecret", "app", Spec);
        });
        await controller.SyncedAsync();
        return controller;
    }

    private static Task RotateAsync(RealController controller)
    {
        controller.Aws.Seed.Secret("db", "second");
        return controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"annotations":{"force-sync":"1"} } }""");
    }

    private static async Task<string> VersionAsync(RealController controller) => (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["resourceVersion"]!;
}
