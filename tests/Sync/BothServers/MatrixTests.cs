using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>
/// The peer's published behaviour matrix, a test for each row: is the Secret made, does it follow the provider, is it written anew when the
/// ExternalSecret is made again, does a deleted one come back, does it outlive the ExternalSecret. Under Owner that is the garbage collector's
/// doing by the owner reference. An Orphan under Periodic comes back at once, where the peer waits for the interval.
/// </summary>
public abstract class MatrixTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly IControllerSeat seat;
    private PlayedController controller = null!;

    private protected MatrixTests(IControllerSeat seat) => this.seat = seat;

    public async ValueTask InitializeAsync()
    {
        controller = await PlayedController.StartAsync(seat);
        controller.Remote.Put("db", "first");
    }

    public async ValueTask DisposeAsync()
    {
        await controller.DisposeAsync();
        GC.SuppressFinalize(this);
    }

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
        await ApplyAsync("Owner", "Periodic", "witness");
        await controller.SyncedAsync("witness");

        // Create if missing.
        await ApplyAsync(creation, refresh);
        if (!creates)
        {
            await controller.IsReadyAsync("True SecretMissing secret will not be created due to CreationPolicy=Merge");
            Assert.Null(await controller.GetAsync("Secret", "app"));
            await controller.SecretAsync("app", """{"foreign":"eA=="}""");
            await controller.AnnotateAsync("app", "force-sync", "1");
            await controller.PassUntilAsync(() => controller.HoldsAsync("app", "password", "first"), TimeSpan.FromMinutes(3), "the merge");
            Assert.True(await controller.HoldsAsync("app", "foreign", "x"));
        }

        await controller.SyncedAsync();
        await controller.SeenReadyAsync();

        // Reflect source change.
        controller.Remote.Put("db", "second");
        await controller.PassAsync(Interval * 2, TimeSpan.FromSeconds(20));
        await controller.PassUntilAsync(() => controller.HoldsAsync("witness", "password", "second"), Interval, "the witness");
        await FollowsAsync(follows);

        // Retain on deletion: by the owner reference, or its absence.
        Assert.Equal(owned, ((await controller.GetAsync("Secret", "app"))!["metadata"]!["ownerReferences"] as JsonArray)?.Count > 0);

        // Recreate if deleted.
        await controller.DeleteAsync("Secret", "app");
        await DeletionIsSeenAsync();
        if (comesBack)
        {
            await PlayedController.UntilAsync(async () => await controller.GetAsync("Secret", "app") is not null, "the Secret again");
        }
        else
        {
            Assert.Null(await controller.GetAsync("Secret", "app"));
        }

        await OverwritesAsync(creation, refresh);
    }

    [Theory]
    [InlineData("Periodic")]
    [InlineData("OnChange")]
    [InlineData("CreatedOnce")]
    public async Task RowNone_NothingIsMadeOrFetched(string refresh)
    {
        await ApplyAsync("None", refresh);
        await controller.IsReadyAsync("True SecretSynced used by volumes");
        controller.Remote.Put("db", "second");
        await controller.PassAsync(Interval * 2, TimeSpan.FromSeconds(20));
        Assert.Null(await controller.GetAsync("Secret", "app"));
        Assert.Empty(controller.Remote.Calls);
    }

    [Fact]
    public async Task Immutable_DataIsNeverRewritten_AndADeletedSecretIsMadeFresh()
    {
        await ApplyAsync("Owner", "Periodic", more: "immutable: true");
        await controller.SyncedAsync();
        Assert.True((bool)(await controller.GetAsync("Secret", "app"))!["immutable"]!);
        controller.Remote.Put("db", "second");

        await controller.PassUntilAsync(
            async () => (await controller.ReadyAsync()).StartsWith("False SecretSyncedError could not update secret, target is immutable: ", StringComparison.Ordinal),
            Interval * 2,
            "the refusal");
        Assert.True(await controller.HoldsAsync("app", "password", "first"));

        await controller.DeleteAsync("Secret", "app");
        await PlayedController.UntilAsync(() => controller.HoldsAsync("app", "password", "second"), "the Secret made fresh");
        await controller.SyncedAsync();
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("CreateOrMerge")]
    public async Task IntervalZero_IsLikeCreatedOnce_ButForAChangeOfTheManifest(string creation)
    {
        await ApplyAsync("Owner", "Periodic", "witness");
        await ApplyAsync(creation, "Periodic", interval: "\"0\"");
        await controller.SyncedAsync();
        await controller.SeenReadyAsync();
        controller.Remote.Put("db", "second");
        await controller.PassAsync(Interval * 2, TimeSpan.FromSeconds(20));
        await controller.PassUntilAsync(() => controller.HoldsAsync("witness", "password", "second"), Interval, "the witness");
        Assert.True(await controller.HoldsAsync("app", "password", "first"));

        await controller.ExternalSecretAsync(
            $"{{secretStoreRef: {{name: main}}, refreshInterval: \"0\", target: {{creationPolicy: {creation}}}, data: [{{secretKey: other, remoteRef: {{key: db}} }}]}}");
        await PlayedController.UntilAsync(() => controller.HoldsAsync("app", "other", "second"), "the edit of the manifest");
    }

    private async Task FollowsAsync(string follows)
    {
        if (follows == "interval")
        {
            await PlayedController.UntilAsync(() => controller.HoldsAsync("app", "password", "second"), "the interval");
            return;
        }

        Assert.True(await controller.HoldsAsync("app", "password", "first"));
        await controller.AnnotateAsync("app", "force-sync", "2");
        if (follows == "change")
        {
            await controller.PassUntilAsync(() => controller.HoldsAsync("app", "password", "second"), TimeSpan.FromMinutes(1), "the change");
            return;
        }

        // The witness is asked to later, and has done so.
        controller.Remote.Put("db", "third");
        await controller.AnnotateAsync("witness", "force-sync", "2");
        await controller.PassUntilAsync(() => controller.HoldsAsync("witness", "password", "third"), TimeSpan.FromMinutes(1), "the witness");
        await controller.PassAsync(TimeSpan.FromSeconds(5));
        Assert.True(await controller.HoldsAsync("app", "password", "first"));
    }

    /// <summary>The controller sees deletions in order: the witness's Secret, deleted later, is back.</summary>
    private async Task DeletionIsSeenAsync()
    {
        string? before = (string?)(await controller.GetAsync("Secret", "witness"))!["metadata"]!["uid"];
        await controller.DeleteAsync("Secret", "witness");
        await PlayedController.UntilAsync(
            async () => await controller.GetAsync("Secret", "witness") is { } again && (string?)again["metadata"]!["uid"] != before, "the witness's Secret again");
        await controller.PassAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>An ExternalSecret that is made again writes its keys over whatever is there.</summary>
    private async Task OverwritesAsync(string creation, string refresh)
    {
        await controller.DeleteAsync("ExternalSecret", "app");
        await controller.SeenGoneAsync();
        await controller.PassAsync(TimeSpan.FromSeconds(1));
        await controller.DeleteAsync("Secret", "app");
        await controller.SecretAsync("app", """{"password":"b2xk"}""");
        controller.Remote.Put("db", "fourth");

        // What others have just read is as good; let it grow old.
        await controller.PassAsync(TimeSpan.FromSeconds(20));
        await ApplyAsync(creation, refresh);
        await PlayedController.UntilAsync(() => controller.HoldsAsync("app", "password", "fourth"), "the new ExternalSecret's write");
    }

    private Task ApplyAsync(string creation, string refresh, string name = "app", string more = "", string interval = "5m") => controller.ExternalSecretAsync(
        $$"""
        secretStoreRef: {name: main}
        refreshPolicy: {{refresh}}
        refreshInterval: {{interval}}
        target: {creationPolicy: {{creation}}{{(more.Length > 0 ? ", " + more : "")}} }
        data: [{secretKey: password, remoteRef: {key: db} }]
        """,
        name);
}
