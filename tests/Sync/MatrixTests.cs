namespace CsiSecrets.Tests.Sync;

/// <summary>
/// The peer's published behaviour matrix, a test for each row: is the Secret made, does it follow the provider, is it written anew when the
/// ExternalSecret is made again, does a deleted one come back, does it outlive the ExternalSecret. Under Owner that is the garbage collector's
/// doing by the owner reference. An Orphan under Periodic comes back at once, where the peer waits for the interval.
/// </summary>
public sealed class MatrixTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private ControllerUnderTest controller = null!;

    public async ValueTask InitializeAsync()
    {
        controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");
    }

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Theory]
    [InlineData("Owner", "Periodic", true, "interval", true, true)]
    [InlineData("Owner", "OnChange", true, "change", true, true)]
    [InlineData("Owner", "CreatedOnce", true, "never", true, true)]
    [InlineData("Orphan", "Periodic", true, "interval", true, false)]
    [InlineData("Orphan", "OnChange", true, "change", false, false)]
    [InlineData("Orphan", "CreatedOnce", true, "never", false, false)]
    [InlineData("Merge", "Periodic", false, "interval", false, false)]
    [InlineData("Merge", "OnChange", false, "change", false, false)]
    [InlineData("Merge", "CreatedOnce", false, "never", false, false)]
    [InlineData("CreateOrMerge", "Periodic", true, "interval", true, false)]
    [InlineData("CreateOrMerge", "OnChange", true, "change", true, false)]
    [InlineData("CreateOrMerge", "CreatedOnce", true, "never", true, false)]
    public async Task Row(string creation, string refresh, bool creates, string follows, bool comesBack, bool owned)
    {
        // Create if missing.
        Apply(creation, refresh);
        if (!creates)
        {
            await controller.ReadyAsync("True SecretMissing secret will not be created due to CreationPolicy=Merge");
            Assert.Null(controller.Secret());
            controller.Api.Put("secrets", """{"metadata":{"namespace":"shop","name":"app"},"data":{"foreign":"eA=="}}""");
            controller.Annotate("externalsecrets", "app", "force-sync", "1");
            await controller.PassUntilAsync(() => controller.Data()?.ContainsKey("password") == true, TimeSpan.FromMinutes(3), "the merge");
            Assert.Equal("x", controller.Data()!["foreign"]);
        }

        await controller.SyncedAsync();
        await controller.SeenReadyAsync();

        // Reflect source change.
        controller.Remote.Put("db", "second");
        await controller.PassAsync(Interval * 2, TimeSpan.FromSeconds(20));
        await FollowsAsync(follows);

        // Retain on deletion: by the owner reference, or its absence.
        Assert.Equal(owned, (controller.Secret()!["metadata"]!["ownerReferences"] as System.Text.Json.Nodes.JsonArray)?.Count > 0);

        // Recreate if deleted.
        controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        await controller.PassAsync(TimeSpan.FromSeconds(5));
        if (comesBack)
        {
            await ControllerUnderTest.UntilAsync(() => controller.Secret() is not null, "the Secret again");
        }
        else
        {
            Assert.Null(controller.Secret());
        }

        await OverwritesAsync(creation, refresh);
    }

    [Theory]
    [InlineData("Periodic")]
    [InlineData("OnChange")]
    [InlineData("CreatedOnce")]
    public async Task RowNone_NothingIsMadeOrFetched(string refresh)
    {
        Apply("None", refresh);
        await controller.ReadyAsync("True SecretSynced used by volumes");
        controller.Remote.Put("db", "second");
        await controller.PassAsync(Interval * 2, TimeSpan.FromSeconds(20));
        Assert.Null(controller.Secret());
        Assert.Empty(controller.Remote.Calls);
    }

    [Fact]
    public async Task Immutable_DataIsNeverRewritten_AndADeletedSecretIsMadeFresh()
    {
        Apply("Owner", "Periodic", "immutable: true");
        await controller.SyncedAsync();
        Assert.True((bool)controller.Secret()!["immutable"]!);
        controller.Remote.Put("db", "second");

        await controller.PassUntilAsync(
            () => controller.Ready().StartsWith("False SecretSyncedError could not update secret, target is immutable: ", StringComparison.Ordinal), Interval * 2, "the refusal");
        Assert.Equal("first", controller.Data()!["password"]);

        controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        await ControllerUnderTest.UntilAsync(() => controller.Data()?["password"] == "second", "the Secret made fresh");
        await controller.SyncedAsync();
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("CreateOrMerge")]
    public async Task IntervalZero_IsLikeCreatedOnce_ButForAChangeOfTheManifest(string creation)
    {
        Apply(creation, "Periodic", interval: "\"0\"");
        await controller.SyncedAsync();
        await controller.SeenReadyAsync();
        controller.Remote.Put("db", "second");
        await controller.PassAsync(Interval * 2, TimeSpan.FromSeconds(20));
        Assert.Equal("first", controller.Data()!["password"]);

        controller.ExternalSecret($"{{secretStoreRef: {{name: main}}, refreshInterval: \"0\", target: {{creationPolicy: {creation}}}, data: [{{secretKey: other, remoteRef: {{key: db}} }}]}}");
        await ControllerUnderTest.UntilAsync(() => controller.Data()?.GetValueOrDefault("other") == "second", "the edit of the manifest");
    }

    private async Task FollowsAsync(string follows)
    {
        if (follows == "interval")
        {
            Assert.Equal("second", controller.Data()!["password"]);
            return;
        }

        Assert.Equal("first", controller.Data()!["password"]);
        controller.Annotate("externalsecrets", "app", "force-sync", "2");
        if (follows == "change")
        {
            await controller.PassUntilAsync(() => controller.Data()!["password"] == "second", TimeSpan.FromMinutes(1), "the change");
        }
        else
        {
            await controller.PassAsync(TimeSpan.FromSeconds(5));
            Assert.Equal("first", controller.Data()!["password"]);
        }
    }

    /// <summary>An ExternalSecret that is made again writes its keys over whatever is there.</summary>
    private async Task OverwritesAsync(string creation, string refresh)
    {
        controller.Api.Delete("externalsecrets", ControllerUnderTest.Ns, "app");
        controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        controller.Api.Put("secrets", """{"metadata":{"namespace":"shop","name":"app"},"data":{"password":"b2xk"}}""");
        controller.Remote.Put("db", "third");

        // What others have just read is as good; let it grow old.
        await controller.PassAsync(TimeSpan.FromSeconds(20));
        Apply(creation, refresh);
        await ControllerUnderTest.UntilAsync(() => controller.Data()?["password"] == "third", "the new ExternalSecret's write");
    }

    private void Apply(string creation, string refresh, string more = "", string interval = "5m") => controller.ExternalSecret($$"""
        secretStoreRef: {name: main}
        refreshPolicy: {{refresh}}
        refreshInterval: {{interval}}
        target: {creationPolicy: {{creation}}{{(more.Length > 0 ? ", " + more : "")}} }
        data: [{secretKey: password, remoteRef: {key: db} }]
        """);
}
