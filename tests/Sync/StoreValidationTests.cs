namespace CsiSecrets.Tests.Sync;

/// <summary>What a store's condition says after its validation, and what that means to those that use it.</summary>
public sealed class StoreValidationTests : IAsyncLifetime
{
    private ControllerUnderTest controller = null!;

    public async ValueTask InitializeAsync() => controller = await ControllerUnderTest.StartAsync();

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Fact]
    public async Task ValidationUnknown_IsReady_SaysWhy_AndServes()
    {
        controller.Put("SecretStore", "unknown", "provider: {fake: {validationResult: 1, data: [{key: db, value: first}] } }");
        controller.ExternalSecret("{secretStoreRef: {name: unknown}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();

        string ready = controller.Ready("secretstores", "unknown");
        Assert.StartsWith("True ValidationUnknown could not determine validation status: ", ready);
        Assert.Contains("SecretStore shop/unknown: spec.provider.fake.validationResult", ready);
        Assert.Equal("first", controller.Data()!["password"]);
        await controller.PassUntilAsync(
            () => controller.Events().Any(e => e.StartsWith("Warning ValidationUnknown", StringComparison.Ordinal)), TimeSpan.FromMinutes(1), "the event");

        // Validated again and again, told once.
        await controller.PassAsync(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(30));
        Assert.Single(controller.Events(), e => e.StartsWith("Warning ValidationUnknown", StringComparison.Ordinal));
        Assert.Equal(2, controller.Api.Requests.Count(r => r == "patch secretstores/status"));
    }

    [Fact]
    public async Task ValidationUnknown_ThatWasValid_StaysReadySinceThen()
    {
        controller.Put("SecretStore", "store", "provider: {fake: {validationResult: 0, data: [] } }");
        await ControllerUnderTest.UntilAsync(() => controller.Ready("secretstores", "store") == "True Valid store validated", "Valid");
        string since = Since();
        await controller.PassAsync(TimeSpan.FromSeconds(5));
        controller.Put("SecretStore", "store", "provider: {fake: {validationResult: 1, data: [] } }");
        await ControllerUnderTest.UntilAsync(() => controller.Ready("secretstores", "store").StartsWith("True ValidationUnknown", StringComparison.Ordinal), "ValidationUnknown");
        Assert.Equal(since, Since());

        string Since() => (string)controller.Api.Get("secretstores", ControllerUnderTest.Ns, "store")!["status"]!["conditions"]![0]!["lastTransitionTime"]!;
    }

    [Fact]
    public async Task ValidationError_IsNotReady_AndItsExternalSecretsWait()
    {
        controller.Put("SecretStore", "bad", "provider: {fake: {validationResult: 2, data: [{key: db, value: first}] } }");
        controller.ExternalSecret("{secretStoreRef: {name: bad}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.ReadyAsync("False SecretSyncedError");

        Assert.StartsWith("False InvalidProviderConfig unable to validate store: ", controller.Ready("secretstores", "bad"));
        Assert.Null(controller.Secret());
    }
}
