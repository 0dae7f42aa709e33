using System.Text.Json.Nodes;
using CsiSecrets.Model;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Sync;

/// <summary>Whatever fails, no Secret is emptied, deleted or half-written, and the status says what is wrong and since when.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string EachMinute = "{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private ControllerUnderTest controller = null!;

    public async ValueTask InitializeAsync()
    {
        controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");
        controller.ExternalSecret(EachMinute);
        await controller.SyncedAsync();
    }

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Fact]
    public async Task AWriteThatFails_DoesNotHaveTheOldValueTakenForTheNewest()
    {
        controller.Api.Fault = route => route is { Verb: "patch", Resource: "secrets" } ? new FakeKubeApiFault { Code = 403 } : null;
        controller.Remote.Put("db", "second");
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("False SecretSyncedError could not update secret: ", StringComparison.Ordinal), TimeSpan.FromMinutes(3), "the failure");
        Assert.Equal("first", controller.Data()!["password"]);

        controller.Api.Fault = static _ => null;
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True", StringComparison.Ordinal), TimeSpan.FromMinutes(8), "the recovery");

        Assert.Equal("second", controller.Data()!["password"]);
    }

    [Fact]
    public async Task AStatusThatCannotBeWritten_IsWrittenLater()
    {
        controller.Api.Fault = route => route.Subresource == "status" ? new FakeKubeApiFault { Code = 403 } : null;
        controller.Remote.Put("db", "second");
        await controller.PassUntilAsync(() => controller.Data()!["password"] == "second", TimeSpan.FromMinutes(3), "the value");
        string before = RefreshTime();

        controller.Api.Fault = static _ => null;

        await controller.PassUntilAsync(() => RefreshTime() != before, TimeSpan.FromMinutes(8), "the status");
        Assert.DoesNotContain(controller.Logs.GetSnapshot(), l => l.Message.Contains("please report", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ApiServerAwayForMinutes_AndBack_TheSecretFollows()
    {
        await controller.Api.GoAwayAsync();
        controller.Remote.Put("db", "second");
        await controller.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10));

        await controller.Api.ComeBackAsync();

        await controller.PassUntilAsync(() => controller.Data()!["password"] == "second", TimeSpan.FromMinutes(8), "the new value");
        await controller.SyncedAsync();
    }

    [Fact]
    public async Task EditedWhileTheApiServerWasAway_IsRepairedOnceItIsBack()
    {
        JsonObject secret = controller.Secret()!;
        await controller.Api.GoAwayAsync();
        secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
        controller.Api.Put("secrets", secret.ToJsonString());
        await controller.Api.ComeBackAsync();
        await controller.PassUntilAsync(() => controller.Data()!["password"] == "first", TimeSpan.FromMinutes(8), "the repair");
    }

    [Theory]
    [InlineData("patch", "secrets")]
    [InlineData("patch", "externalsecrets")]
    public async Task KilledDuringACall_TheNextProcessGoesOn(string verb, string resource)
    {
        var hold = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        controller.Api.Fault = route =>
        {
            if (route.Verb != verb || route.Resource != resource)
            {
                return null;
            }

            arrived.TrySetResult();
            return new FakeKubeApiFault { Hold = hold.Task };
        };
        controller.Remote.Put("db", "second");
        await controller.PassUntilAsync(() => arrived.Task.IsCompleted, TimeSpan.FromMinutes(3), "the call");
        controller.Api.Fault = static _ => null;

        await controller.RestartAsync();
        hold.SetResult();

        await controller.PassUntilAsync(() => controller.Data()!["password"] == "second", TimeSpan.FromMinutes(3), "the value");
        await controller.SyncedAsync();
    }

    [Fact]
    public async Task StoreDeleted_SecretsStay_TheStatusSaysSo_AndANewStoreIsUsedAtOnce()
    {
        controller.Api.Delete("secretstores", ControllerUnderTest.Ns, "main");
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("False", StringComparison.Ordinal), TimeSpan.FromMinutes(3), "the failure");
        Assert.Equal(
            "False SecretSyncedError could not get secret data from provider: SecretStore shop/main: it does not exist: create it, or correct the secretStoreRef", controller.Ready());
        string since = Since();
        await controller.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(10));
        Assert.Equal(since, Since());
        Assert.Equal("first", controller.Data()!["password"]);

        controller.Remote.Put("db", "second");
        controller.Put("SecretStore", "main", "provider: {remote: {} }");

        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "second", "the new store");
    }

    /// <summary>The store is Ready again while its ExternalSecret's failure is still being written: the watch shows that as Ready.</summary>
    [Fact]
    public async Task StoreReadyAgainWhileTheFailureIsBeingWritten_TheExternalSecretIsWoken()
    {
        controller.Remote.Fail = what => what == "validate" ? new SecretsException(FailureReason.Unauthenticated, "remote", "no", "") : null;
        controller.Put("SecretStore", "main", "{refreshInterval: 8m, provider: {remote: {} } }");
        await ControllerUnderTest.UntilAsync(
            () => controller.Meters.Expose().Contains("secretstore_status_condition{name=\"main\",namespace=\"shop\",condition=\"Ready\",status=\"False\"} 1", StringComparison.Ordinal),
            "the store's failure, seen by the controller's own watch");
        controller.ExternalSecret(EachMinute, "told");
        await controller.ReadyAsync("False", "told");
        var hold = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        controller.Api.Fault = route =>
        {
            if (route is not { Verb: "patch", Resource: "externalsecrets", Subresource: "status", Name: "app" })
            {
                return null;
            }

            arrived.TrySetResult();
            return new FakeKubeApiFault { Hold = hold.Task };
        };
        controller.Remote.Put("db", "second");
        controller.Annotate("externalsecrets", "app", "force-sync", "1");
        await ControllerUnderTest.UntilAsync(() => arrived.Task.IsCompleted, "the failure's status");

        controller.Remote.Fail = static _ => null;
        controller.Put("SecretStore", "main", "{refreshInterval: 9m, provider: {remote: {} } }");
        await controller.SyncedAsync("told");
        controller.Api.Fault = static _ => null;
        hold.SetResult();

        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "second", "the sync");
    }

    [Fact]
    public async Task ClockSetBack_RefreshesAndStaysInOrder()
    {
        controller.Remote.Put("db", "second");
        controller.Api.Edit("externalsecrets", ControllerUnderTest.Ns, "app", static es => es["status"]!["refreshTime"] = "2031-01-01T00:00:00Z");
        controller.Annotate("externalsecrets", "app", "touched", "1");

        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "second", "the refresh");
        await ControllerUnderTest.UntilAsync(() => RefreshTime().StartsWith("2026", StringComparison.Ordinal), "a refresh time of now");
    }

    [Fact]
    public async Task SlowProvider_HoldsUpItsOwnUsersAlone()
    {
        controller.Put("SecretStore", "quick", "provider: {fake: {data: [{key: k, value: v}]} }");
        await ControllerUnderTest.UntilAsync(() => controller.Ready("secretstores", "quick").StartsWith("True", StringComparison.Ordinal), "the store");
        var hold = new TaskCompletionSource();
        controller.Remote.Hold = hold.Task;
        controller.Remote.Put("late", "value");
        controller.ExternalSecret("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: late} }]}", "slow");
        controller.ExternalSecret("{secretStoreRef: {name: quick}, data: [{secretKey: a, remoteRef: {key: k} }]}", "other");

        await controller.SyncedAsync("other");
        Assert.Null(controller.Secret("slow"));
        hold.SetResult();
        await controller.SyncedAsync("slow");
    }

    [Theory]
    [InlineData("ProviderUnavailable")]
    [InlineData("Throttled")]
    public async Task ProviderDownAtTheFirstSync_NothingIsMade_UntilItIsThere(string reason)
    {
        controller.Remote.Fail = what => what == "new" ? new SecretsException(Enum.Parse<FailureReason>(reason), "new", "down", "wait") : null;
        controller.Remote.Put("new", "value");
        controller.ExternalSecret("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: new} }]}", "fresh");
        await controller.ReadyAsync("False SecretSyncedError could not get secret data from provider", "fresh");
        Assert.Null(controller.Secret("fresh"));

        controller.Remote.Fail = static _ => null;

        await controller.PassUntilAsync(() => controller.Data("fresh")?["a"] == "value", TimeSpan.FromMinutes(8), "the value");
    }

    private string RefreshTime() => (string?)controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")!["status"]!["refreshTime"] ?? "";

    private string Since() => (string)controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")!["status"]!["conditions"]![0]!["lastTransitionTime"]!;
}
