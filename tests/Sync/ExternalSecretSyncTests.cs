namespace CsiSecrets.Tests.Sync;

/// <summary>The life of a synced Secret, through the real Controller.</summary>
public sealed class ExternalSecretSyncTests : ControllerTests
{
    [Fact]
    public async Task ExternalSecret_IsSyncedToASecret_ThatItOwns_ByTwoWrites()
    {
        Controller.ExternalSecret(Simple);

        await Controller.SyncedAsync();

        Assert.Equal("True SecretSynced secret synced", Controller.Ready());
        Assert.Equal("first", Controller.Data()!["password"]);
        var owner = Controller.Secret()!["metadata"]!["ownerReferences"]![0]!;
        Assert.Equal(("ExternalSecret", "app", true), ((string?)owner["kind"], (string?)owner["name"], (bool)owner["controller"]!));
        Assert.Equal("True Valid store validated", Controller.Ready("secretstores", "main"));
        Assert.Equal(["read db"], Controller.Remote.Calls);
        Assert.Equal(1, Controller.Api.Requests.Count(r => r == "patch secrets"));
        Assert.Equal(1, Controller.Api.Requests.Count(r => r.StartsWith("patch externalsecrets", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RemoteValueChanges_SecretFollowsAtTheInterval()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 5m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        Controller.Remote.Put("db", "second");

        await Controller.PassUntilAsync(() => Controller.Data()!["password"] == "second", TimeSpan.FromMinutes(6), "the new value");
    }

    [Fact]
    public async Task QuietRefresh_WritesNoSecret_AndReadsNoValue()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 5m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        int applies = Controller.Api.Count("patch", "secrets");

        await Controller.PassUntilAsync(() => Controller.Remote.Calls.Contains("probe db"), TimeSpan.FromMinutes(6), "the refresh");

        Assert.Equal(applies, Controller.Api.Count("patch", "secrets"));
        Assert.Equal(["read db", "probe db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task EditedSecret_IsRepairedAtOnce_WithoutACallToTheProvider()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();
        var secret = Controller.Secret()!;
        secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
        Controller.Api.Put("secrets", secret.ToJsonString());

        await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "first", "the repair");

        Assert.Equal(["read db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task DeletedSecret_IsMadeAgainAtOnce_WithoutACallToTheProvider()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();

        Controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");

        await ControllerUnderTest.UntilAsync(() => Controller.Data()?["password"] == "first", "the repair");
        Assert.Equal(["read db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task IntervalZero_EditedSecretIsLeft_TheDriftIsShown_UntilASyncIsForced()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: \"0\", data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        var secret = Controller.Secret()!;
        secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
        Controller.Api.Put("secrets", secret.ToJsonString());

        await Controller.ReadyAsync("True SecretSynced secret synced: Secret shop/app: data.password");
        Assert.Equal("edited", Controller.Data()!["password"]);
        Assert.Contains("csi_secrets_drifted_secrets 1", Controller.Meters.Expose());

        Controller.Annotate("externalsecrets", "app", "force-sync", "1");
        await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "first", "the forced sync");
        await ControllerUnderTest.UntilAsync(() => Controller.Ready() == "True SecretSynced secret synced", "the condition");
    }

    [Fact]
    public async Task Restart_RefetchesNothingThatIsNotDue()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();

        await Controller.RestartAsync();
        await Controller.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(["read db"], Controller.Remote.Calls);
        Assert.Equal(1, Controller.Api.Count("patch", "secrets"));
    }

    [Fact]
    public async Task StoreThatIsNotReady_WakesItsExternalSecrets_OnceItIs()
    {
        Controller.Remote.Fail = what => what == "validate" ? new Model.SecretsException(Model.FailureReason.Unauthenticated, "remote", "no", "") : null;
        Controller.Put("SecretStore", "late", "provider: {remote: {} }");
        await ControllerUnderTest.UntilAsync(() => Controller.Ready("secretstores", "late").StartsWith("False InvalidProviderConfig unable to validate store: ", StringComparison.Ordinal), "the store's condition");
        Controller.ExternalSecret("{secretStoreRef: {name: late}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.ReadyAsync("False SecretSyncedError could not get secret data from provider: SecretStore shop/late: SecretStore \"late\" is not ready");

        Controller.Remote.Fail = _ => null;

        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("True", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the sync");
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("Throttled")]
    [InlineData("ProviderUnavailable")]
    public async Task ProviderFails_SecretStaysAsItIs_AndTheStatusSaysWhy(string reason)
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        Controller.Remote.Fail = what => what == "db" ? new Model.SecretsException(Enum.Parse<Model.FailureReason>(reason), "db", "the cause", "the remedy") : null;

        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("False", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the failure");

        Assert.Equal("False SecretSyncedError could not get secret data from provider: db: the cause: the remedy", Controller.Ready());
        Assert.Equal("first", Controller.Data()!["password"]);
        await Controller.PassUntilAsync(() => Controller.Events().Any(e => e.StartsWith("Warning UpdateFailed could not get", StringComparison.Ordinal)), TimeSpan.FromMinutes(1), "the event");
    }

    [Fact]
    public async Task GeneratorRef_IsAccepted_TheSecretIsLeft_AndReadyIsFalse()
    {
        Controller.ExternalSecret("{dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: pw} } }]}");

        await Controller.ReadyAsync("False SecretSyncedError");

        Assert.Contains("generator", Controller.Ready());
        Assert.Null(Controller.Secret());
    }

    [Fact]
    public async Task CreationPolicyNone_IsUsedByVolumes_AndNeverFetched()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, target: {creationPolicy: None}, data: [{secretKey: password, remoteRef: {key: db} }]}");

        await Controller.ReadyAsync("True SecretSynced used by volumes");

        Assert.Empty(Controller.Remote.Calls);
        Assert.Null(Controller.Secret());
    }

    [Fact]
    public async Task TargetRenamed_TheOldSecretIsRemoved()
    {
        Controller.ExternalSecret(Simple);
        await Controller.SyncedAsync();

        Controller.ExternalSecret("{secretStoreRef: {name: main}, target: {name: other}, data: [{secretKey: password, remoteRef: {key: db} }]}");

        await ControllerUnderTest.UntilAsync(() => Controller.Data("other") is not null && Controller.Secret() is null, "the rename");
    }

    [Fact]
    public async Task AllAbsentAtTheProvider_UnderDelete_DeletesTheSecret_AndABackComingValueMakesItAgain()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, target: {deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        Controller.Remote.Remove("db");
        await Controller.PassUntilAsync(() => Controller.Secret() is null, TimeSpan.FromMinutes(2), "the deletion");
        await Controller.ReadyAsync("True SecretDeleted secret deleted due to DeletionPolicy=Delete");

        Controller.Remote.Put("db", "back");

        await Controller.PassUntilAsync(() => Controller.Data()?["password"] == "back", TimeSpan.FromMinutes(2), "the new Secret");
    }

    [Fact]
    public async Task InvalidManifest_SaysEveryField()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: soon, data: [{secretKey: \"a b\", remoteRef: {key: db} }]}");

        await Controller.ReadyAsync("False SecretSyncedError");

        Assert.Contains("spec.refreshInterval", Controller.Ready());
        Assert.Contains("spec.data[0].secretKey", Controller.Ready());
    }

    [Fact]
    public async Task ClusterExternalSecret_MakesOneInEachSelectedNamespace_AndRemovesItWhenItIsSelectedNoMore()
    {
        Controller.Namespace("a", ("team", "x"));
        Controller.Namespace("b", ("team", "x"));
        Controller.Namespace("c");
        Controller.Put("ClusterSecretStore", "all", "provider: {remote: {} }");
        Controller.Put("ClusterExternalSecret", "shared", """
            externalSecretName: copy
            namespaceSelectors: [{matchLabels: {team: x} }]
            externalSecretSpec: {secretStoreRef: {name: all, kind: ClusterSecretStore}, data: [{secretKey: password, remoteRef: {key: db} }]}
            """);

        await ControllerUnderTest.UntilAsync(() => Controller.Secret("copy", "a") is not null && Controller.Secret("copy", "b") is not null, "the copies");
        Assert.Null(Controller.Api.Get("externalsecrets", "c", "copy"));

        Controller.Namespace("b");
        await ControllerUnderTest.UntilAsync(() => Controller.Api.Get("externalsecrets", "b", "copy") is null, "the removal");
        Assert.NotNull(Controller.Api.Get("externalsecrets", "a", "copy"));
    }
}
