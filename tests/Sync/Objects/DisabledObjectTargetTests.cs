namespace CsiSecrets.Tests.Sync.Objects;

/// <summary>Without the flag.</summary>
public sealed class DisabledObjectTargetTests
{
    [Fact]
    public async Task GenericTarget_IsRefusedAndNothingIsFetched()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");

        controller.Put(
            "ExternalSecret",
            "app",
            "{secretStoreRef: {name: main}, target: {manifest: {apiVersion: v1, kind: ConfigMap} }, data: [{secretKey: password, remoteRef: {key: db} }]}");

        await controller.ReadyAsync("False SecretSyncedError invalid generic target: ExternalSecret shop/app: spec.target.manifest: ");
        Assert.Contains("--unsafe-allow-generic-targets", controller.Ready(), StringComparison.Ordinal);
        Assert.Empty(controller.Remote.Calls);
        Assert.Equal(0, controller.Api.Requests.Count(static r => r.StartsWith("discover", StringComparison.Ordinal)));
    }
}
