namespace CsiSecrets.Tests.Sync;

/// <summary>The life of a synced Secret, through the real controller.</summary>
public sealed class ExternalSecretSyncTests : IAsyncLifetime
{
    private const string Simple = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private ControllerUnderTest controller = null!;

    public async ValueTask InitializeAsync()
    {
        controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");
    }

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Fact]
    public async Task ExternalSecret_IsSyncedToASecret_ThatItOwns_ByTwoWrites()
    {
        controller.ExternalSecret(Simple);

        await controller.SyncedAsync();

        Assert.Equal("True SecretSynced secret synced", controller.Ready());
        Assert.Equal("first", controller.Data()!["password"]);
        var owner = controller.Secret()!["metadata"]!["ownerReferences"]![0]!;
        Assert.Equal(("ExternalSecret", "app", true), ((string?)owner["kind"], (string?)owner["name"], (bool)owner["controller"]!));
        Assert.Equal("True Valid store validated", controller.Ready("secretstores", "main"));
        Assert.Equal(["read db"], controller.Remote.Calls);
        Assert.Equal(1, controller.Api.Requests.Count(r => r == "patch secrets"));
        Assert.Equal(1, controller.Api.Requests.Count(r => r.StartsWith("patch externalsecrets", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RemoteValueChanges_SecretFollowsAtTheInterval()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 5m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        controller.Remote.Put("db", "second");

        await controller.PassUntilAsync(() => controller.Data()!["password"] == "second", TimeSpan.FromMinutes(6), "the new value");
    }

    [Fact]
    public async Task QuietRefresh_WritesNoSecret_AndReadsNoValue()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 5m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        int applies = controller.Api.Count("patch", "secrets");

        await controller.PassUntilAsync(() => controller.Remote.Calls.Contains("probe db"), TimeSpan.FromMinutes(6), "the refresh");

        Assert.Equal(applies, controller.Api.Count("patch", "secrets"));
        Assert.Equal(["read db", "probe db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task EditedSecret_IsRepairedAtOnce_WithoutACallToTheProvider()
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();
        var secret = controller.Secret()!;
        secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
        controller.Api.Put("secrets", secret.ToJsonString());

        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "first", "the repair");

        Assert.Equal(["read db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task DeletedSecret_IsMadeAgainAtOnce_WithoutACallToTheProvider()
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();

        controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");

        await ControllerUnderTest.UntilAsync(() => controller.Data()?["password"] == "first", "the repair");
        Assert.Equal(["read db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task IntervalZero_EditedSecretIsLeft_TheDriftIsShown_UntilASyncIsForced()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: \"0\", data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        var secret = controller.Secret()!;
        secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
        controller.Api.Put("secrets", secret.ToJsonString());

        await controller.ReadyAsync("True SecretSynced secret synced: Secret shop/app: data.password");
        Assert.Equal("edited", controller.Data()!["password"]);
        Assert.Contains("csi_secrets_drifted_secrets 1", controller.Meters.Expose());

        controller.Annotate("externalsecrets", "app", "force-sync", "1");
        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "first", "the forced sync");
        await ControllerUnderTest.UntilAsync(() => controller.Ready() == "True SecretSynced secret synced", "the condition");
    }

    [Fact]
    public async Task Restart_RefetchesNothingThatIsNotDue()
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();

        await controller.RestartAsync();
        await controller.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(["read db"], controller.Remote.Calls);
        Assert.Equal(1, controller.Api.Count("patch", "secrets"));
    }

    [Fact]
    public async Task StoreThatIsNotReady_WakesItsExternalSecrets_OnceItIs()
    {
        controller.Remote.Fail = what => what == "validate" ? new Model.SecretsException(Model.FailureReason.Unauthenticated, "remote", "no", "") : null;
        controller.Put("SecretStore", "late", "provider: {remote: {} }");
        await ControllerUnderTest.UntilAsync(() => controller.Ready("secretstores", "late").StartsWith("False InvalidProviderConfig unable to validate store: ", StringComparison.Ordinal), "the store's condition");
        controller.ExternalSecret("{secretStoreRef: {name: late}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.ReadyAsync("False SecretSyncedError could not get secret data from provider: SecretStore shop/late: SecretStore \"late\" is not ready");

        controller.Remote.Fail = _ => null;

        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the sync");
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("Throttled")]
    [InlineData("ProviderUnavailable")]
    public async Task ProviderFails_SecretStaysAsItIs_AndTheStatusSaysWhy(string reason)
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        controller.Remote.Fail = what => what == "db" ? new Model.SecretsException(Enum.Parse<Model.FailureReason>(reason), "db", "the cause", "the remedy") : null;

        await controller.PassUntilAsync(() => controller.Ready().StartsWith("False", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the failure");

        Assert.Equal("False SecretSyncedError could not get secret data from provider: db: the cause: the remedy", controller.Ready());
        Assert.Equal("first", controller.Data()!["password"]);
        await controller.PassUntilAsync(() => controller.Events().Any(e => e.StartsWith("Warning UpdateFailed could not get", StringComparison.Ordinal)), TimeSpan.FromMinutes(1), "the event");
    }

    [Fact]
    public async Task GeneratorRef_IsAccepted_TheSecretIsLeft_AndReadyIsFalse()
    {
        controller.ExternalSecret("{dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: pw} } }]}");

        await controller.ReadyAsync("False SecretSyncedError");

        Assert.Contains("generator", controller.Ready());
        Assert.Null(controller.Secret());
    }

    [Fact]
    public async Task CreationPolicyNone_IsUsedByVolumes_AndNeverFetched()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, target: {creationPolicy: None}, data: [{secretKey: password, remoteRef: {key: db} }]}");

        await controller.ReadyAsync("True SecretSynced used by volumes");

        Assert.Empty(controller.Remote.Calls);
        Assert.Null(controller.Secret());
    }

    [Fact]
    public async Task TargetRenamed_TheOldSecretIsRemoved()
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();

        controller.ExternalSecret("{secretStoreRef: {name: main}, target: {name: other}, data: [{secretKey: password, remoteRef: {key: db} }]}");

        await ControllerUnderTest.UntilAsync(() => controller.Data("other") is not null && controller.Secret() is null, "the rename");
    }

    [Fact]
    public async Task AllAbsentAtTheProvider_UnderDelete_DeletesTheSecret_AndABackComingValueMakesItAgain()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        controller.Remote.Remove("db");
        await controller.PassUntilAsync(() => controller.Secret() is null, TimeSpan.FromMinutes(2), "the deletion");
        await controller.ReadyAsync("True SecretDeleted secret deleted due to DeletionPolicy=Delete");

        controller.Remote.Put("db", "back");

        await controller.PassUntilAsync(() => controller.Data()?["password"] == "back", TimeSpan.FromMinutes(2), "the new Secret");
    }

    [Fact]
    public async Task InvalidManifest_SaysEveryField()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: soon, data: [{secretKey: \"a b\", remoteRef: {key: db} }]}");

        await controller.ReadyAsync("False SecretSyncedError");

        Assert.Contains("spec.refreshInterval", controller.Ready());
        Assert.Contains("spec.data[0].secretKey", controller.Ready());
    }

    [Fact]
    public async Task ClusterExternalSecret_MakesOneInEachSelectedNamespace_AndRemovesItWhenItIsSelectedNoMore()
    {
        controller.Namespace("a", ("team", "x"));
        controller.Namespace("b", ("team", "x"));
        controller.Namespace("c");
        controller.Put("ClusterSecretStore", "all", "provider: {remote: {} }");
        controller.Put("ClusterExternalSecret", "shared", """
            externalSecretName: copy
            namespaceSelectors: [{matchLabels: {team: x} }]
            externalSecretSpec: {secretStoreRef: {name: all, kind: ClusterSecretStore}, data: [{secretKey: password, remoteRef: {key: db} }]}
            """);

        await ControllerUnderTest.UntilAsync(() => controller.Secret("copy", "a") is not null && controller.Secret("copy", "b") is not null, "the copies");
        Assert.Null(controller.Api.Get("externalsecrets", "c", "copy"));

        controller.Namespace("b");
        await ControllerUnderTest.UntilAsync(() => controller.Api.Get("externalsecrets", "b", "copy") is null, "the removal");
        Assert.NotNull(controller.Api.Get("externalsecrets", "a", "copy"));
    }
}
