using System.Text.Json.Nodes;
using CsiSecrets.Model;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Sync;

/// <summary>Whatever fails, no Secret is emptied, deleted or half-written, and the status says what is wrong and since when.</summary>
public sealed class FaultTests : ControllerTests
{
    private const string EachMinute = "{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Controller.ExternalSecret(EachMinute);
        await Controller.SyncedAsync();
    }

    [Fact]
    public async Task AWriteThatFails_DoesNotHaveTheOldValueTakenForTheNewest()
    {
        Controller.Api.Fault = route => route is { Verb: "patch", Resource: "secrets" } ? new FakeKubeApiFault { Code = 403 } : null;
        Controller.Remote.Put("db", "second");
        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("False SecretSyncedError could not update secret: ", StringComparison.Ordinal), TimeSpan.FromMinutes(3), "the failure");
        Assert.Equal("first", Controller.Data()!["password"]);

        Controller.Api.Fault = static _ => null;
        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("True", StringComparison.Ordinal), TimeSpan.FromMinutes(8), "the recovery");

        Assert.Equal("second", Controller.Data()!["password"]);
    }

    [Fact]
    public async Task AStatusThatCannotBeWritten_IsWrittenLater()
    {
        Controller.Api.Fault = route => route.Subresource == "status" ? new FakeKubeApiFault { Code = 403 } : null;
        Controller.Remote.Put("db", "second");
        await Controller.PassUntilAsync(() => Controller.Data()!["password"] == "second", TimeSpan.FromMinutes(3), "the value");
        string before = RefreshTime();

        Controller.Api.Fault = static _ => null;

        await Controller.PassUntilAsync(() => RefreshTime() != before, TimeSpan.FromMinutes(8), "the status");
        Assert.DoesNotContain(Controller.Logs.GetSnapshot(), l => l.Message.Contains("please report", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ApiServerAwayForMinutes_AndBack_TheSecretFollows()
    {
        await Controller.Api.GoAwayAsync();
        Controller.Remote.Put("db", "second");
        await Controller.PassAsync(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10));

        await Controller.Api.ComeBackAsync();

        await Controller.PassUntilAsync(() => Controller.Data()!["password"] == "second", TimeSpan.FromMinutes(8), "the new value");
        await Controller.SyncedAsync();
    }

    [Fact]
    public async Task EditedWhileTheApiServerWasAway_IsRepairedOnceItIsBack()
    {
        JsonObject secret = Controller.Secret()!;
        await Controller.Api.GoAwayAsync();
        secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
        Controller.Api.Put("secrets", secret.ToJsonString());
        await Controller.Api.ComeBackAsync();
        await Controller.PassUntilAsync(() => Controller.Data()!["password"] == "first", TimeSpan.FromMinutes(8), "the repair");
    }

    [Theory]
    [InlineData("patch", "secrets")]
    [InlineData("patch", "externalsecrets")]
    public async Task KilledDuringACall_TheNextProcessGoesOn(string verb, string resource)
    {
        var hold = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        Controller.Api.Fault = route =>
        {
            if (route.Verb != verb || route.Resource != resource)
            {
                return null;
            }

            arrived.TrySetResult();
            return new FakeKubeApiFault { Hold = hold.Task };
        };
        Controller.Remote.Put("db", "second");
        await Controller.PassUntilAsync(() => arrived.Task.IsCompleted, TimeSpan.FromMinutes(3), "the call");
        Controller.Api.Fault = static _ => null;

        await Controller.RestartAsync();
        hold.SetResult();

        await Controller.PassUntilAsync(() => Controller.Data()!["password"] == "second", TimeSpan.FromMinutes(3), "the value");
        await Controller.SyncedAsync();
    }

    [Fact]
    public async Task StoreDeleted_SecretsStay_TheStatusSaysSo_AndANewStoreIsUsedAtOnce()
    {
        Controller.Api.Delete("secretstores", ControllerUnderTest.Ns, "main");
        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("False", StringComparison.Ordinal), TimeSpan.FromMinutes(3), "the failure");
        Assert.Equal(
            "False SecretSyncedError could not get secret data from provider: SecretStore shop/main: it does not exist: create it, or correct the secretStoreRef", Controller.Ready());
        string since = Since();
        await Controller.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(10));
        Assert.Equal(since, Since());
        Assert.Equal("first", Controller.Data()!["password"]);

        Controller.Remote.Put("db", "second");
        Controller.Put("SecretStore", "main", "provider: {remote: {} }");

        await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "second", "the new store");
    }

    /// <summary>The store is Ready again while its ExternalSecret's failure is still being written: the watch shows that as Ready.</summary>
    [Fact]
    public async Task StoreReadyAgainWhileTheFailureIsBeingWritten_TheExternalSecretIsWoken()
    {
        Controller.Remote.Fail = what => what == "validate" ? new SecretsException(FailureReason.Unauthenticated, "remote", "no", "") : null;
        Controller.Put("SecretStore", "main", "{refreshInterval: 8m, provider: {remote: {} } }");
        await ControllerUnderTest.UntilAsync(
            () => Controller.Meters.Expose().Contains("secretstore_status_condition{name=\"main\",namespace=\"shop\",condition=\"Ready\",status=\"False\"} 1", StringComparison.Ordinal),
            "the store's failure, seen by the controller's own watch");
        Controller.ExternalSecret(EachMinute, "told");
        await Controller.ReadyAsync("False", "told");
        var hold = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        Controller.Api.Fault = route =>
        {
            if (route is not { Verb: "patch", Resource: "externalsecrets", Subresource: "status", Name: "app" })
            {
                return null;
            }

            arrived.TrySetResult();
            return new FakeKubeApiFault { Hold = hold.Task };
        };
        Controller.Remote.Put("db", "second");
        Controller.Annotate("externalsecrets", "app", "force-sync", "1");
        await ControllerUnderTest.UntilAsync(() => arrived.Task.IsCompleted, "the failure's status");

        Controller.Remote.Fail = static _ => null;
        Controller.Put("SecretStore", "main", "{refreshInterval: 9m, provider: {remote: {} } }");
        await Controller.SyncedAsync("told");
        Controller.Api.Fault = static _ => null;
        hold.SetResult();

        await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "second", "the sync");
    }

    [Fact]
    public async Task ClockSetBack_RefreshesAndStaysInOrder()
    {
        Controller.Remote.Put("db", "second");
        Controller.Api.Edit("externalsecrets", ControllerUnderTest.Ns, "app", static es => es["status"]!["refreshTime"] = "2031-01-01T00:00:00Z");
        Controller.Annotate("externalsecrets", "app", "touched", "1");

        await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "second", "the refresh");
        await ControllerUnderTest.UntilAsync(() => RefreshTime().StartsWith("2026", StringComparison.Ordinal), "a refresh time of now");
    }

    [Fact]
    public async Task SlowProvider_HoldsUpItsOwnUsersAlone()
    {
        Controller.Put("SecretStore", "quick", "provider: {fake: {data: [{key: k, value: v}]} }");
        await ControllerUnderTest.UntilAsync(() => Controller.Ready("secretstores", "quick").StartsWith("True", StringComparison.Ordinal), "the store");
        var hold = new TaskCompletionSource();
        Controller.Remote.Hold = hold.Task;
        Controller.Remote.Put("late", "value");
        Controller.ExternalSecret("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: late} }]}", "slow");
        Controller.ExternalSecret("{secretStoreRef: {name: quick}, data: [{secretKey: a, remoteRef: {key: k} }]}", "other");

        await Controller.SyncedAsync("other");
        Assert.Null(Controller.Secret("slow"));
        hold.SetResult();
        await Controller.SyncedAsync("slow");
    }

    [Theory]
    [InlineData("ProviderUnavailable")]
    [InlineData("Throttled")]
    public async Task ProviderDownAtTheFirstSync_NothingIsMade_UntilItIsThere(string reason)
    {
        Controller.Remote.Fail = what => what == "new" ? new SecretsException(Enum.Parse<FailureReason>(reason), "new", "down", "wait") : null;
        Controller.Remote.Put("new", "value");
        Controller.ExternalSecret("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: new} }]}", "fresh");
        await Controller.ReadyAsync("False SecretSyncedError could not get secret data from provider", "fresh");
        Assert.Null(Controller.Secret("fresh"));

        Controller.Remote.Fail = static _ => null;

        await Controller.PassUntilAsync(() => Controller.Data("fresh")?["a"] == "value", TimeSpan.FromMinutes(8), "the value");
    }

    private string RefreshTime() => (string?)Controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")!["status"]!["refreshTime"] ?? "";

    private string Since() => (string)Controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")!["status"]!["conditions"]![0]!["lastTransitionTime"]!;
}
