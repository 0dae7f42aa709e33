using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>A cluster as External Secrets Operator leaves it: nothing is fetched or written that is not due, and nothing of the peer's keeps an
/// object from being deleted.</summary>
public abstract class TakeOverTests : IAsyncLifetime
{
    private readonly IControllerSeat seat;
    private PlayedController? running;

    private protected TakeOverTests(IControllerSeat seat) => this.seat = seat;

    private PlayedController Controller => running!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (running?.DisposeAsync() ?? seat.DisposeAsync());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task PeersObjects_NothingDue_NoFetchAndNoWrite()
    {
        string secret = "";
        string externalSecret = "";
        await StartAsync(async c =>
        {
            await PeerObjects.LeaveAsync(c);
            (secret, externalSecret) = (await c.VersionAsync("Secret", "app"), await c.VersionAsync("ExternalSecret", "app"));
        });
        await PlayedController.UntilAsync(async () => (await Controller.ReadyAsync("SecretStore", "main")).Length > 0, "the store");
        await Controller.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Empty(Controller.Remote.Calls);
        Assert.DoesNotContain(Controller.Writes, IsOfApp);
        Assert.Equal((secret, externalSecret), (await Controller.VersionAsync("Secret", "app"), await Controller.VersionAsync("ExternalSecret", "app")));
        Assert.True(await Controller.HoldsAsync("app", "password", "first"));
    }

    [Fact]
    public async Task PeersObjects_AtTheInterval_AreReadOnce_AndWrittenOnlyWhereTheValueDiffers()
    {
        await StartAsync(c => PeerObjects.LeaveAsync(c));
        string before = await Controller.VersionAsync("Secret", "app");
        await Controller.PassUntilAsync(() => Task.FromResult(Controller.Remote.Calls.Contains("read db")), TimeSpan.FromMinutes(61), "the refresh");
        await PlayedController.UntilAsync(() => Task.FromResult(Controller.Writes.Contains($"patch ExternalSecret/status {Controller.Ns}/app")), "the status");
        Assert.Equal(before, await Controller.VersionAsync("Secret", "app"));
        Assert.DoesNotContain($"apply Secret {Controller.Ns}/app", Controller.Writes);

        Controller.Remote.Put("db", "second");
        await Controller.PassUntilAsync(() => Controller.HoldsAsync("app", "password", "second"), TimeSpan.FromMinutes(61), "the next refresh");
        JsonNode secret = (await Controller.GetAsync("Secret", "app"))!;
        Assert.Equal(PeerObjects.HashOf("second"), (string?)secret["metadata"]!["annotations"]!["reconcile.external-secrets.io/data-hash"]);
        Assert.Equal(["external-secrets Apply"], await PeerObjects.WritersAsync(Controller));
    }

    [Fact]
    public async Task PeersSecretThatWasEdited_IsRepaired()
    {
        await StartAsync(async c =>
        {
            await PeerObjects.LeaveAsync(c);
            await EditAsync(c);
        });
        await PlayedController.UntilAsync(() => Controller.HoldsAsync("app", "password", "first"), "the repair");
        Assert.Equal(["read db"], Controller.Remote.Calls);
    }

    /// <summary>The repair needs the provider, and the store has no word yet: that is no failure to tell.</summary>
    [Fact]
    public async Task PeersSecretThatWasEdited_WaitsForItsStore_AndIsReadyAllTheWhile()
    {
        var validated = new TaskCompletionSource();
        await StartAsync(async c =>
        {
            await PeerObjects.LeaveAsync(c);
            await EditAsync(c);
            await c.PutAsync("SecretStore", "other", "provider: {fake: {data: [{key: k, value: v}]} }");
            c.Remote.HoldValidation = validated.Task;
            c.Options.Sync.Concurrency = 1;
        });

        // One worker: the second of these comes after the look at the first object.
        foreach (string name in (string[])["one", "two"])
        {
            await Controller.ExternalSecretAsync("{secretStoreRef: {name: other}, data: [{secretKey: a, remoteRef: {key: k} }]}", name);
            await Controller.SyncedAsync(name);
        }

        Assert.Equal("True SecretSynced secret synced", await Controller.ReadyAsync());
        Assert.True(await Controller.HoldsAsync("app", "password", "edited"));

        validated.SetResult();

        await PlayedController.UntilAsync(() => Controller.HoldsAsync("app", "password", "first"), "the repair");
        Assert.Equal(["read db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task DeletedObjects_LoseThePeersFinalizers()
    {
        await StartAsync(async c =>
        {
            await PeerObjects.LeaveAsync(c);
            await c.MergeAsync("SecretStore", "main", """{"metadata":{"finalizers":["secretstore.externalsecrets.io/finalizer"]}}""");
            await c.DeleteAsync("ExternalSecret", "app");
            await c.DeleteAsync("SecretStore", "main");
            Assert.NotNull(await c.GetAsync("ExternalSecret", "app"));
            Assert.NotNull(await c.GetAsync("SecretStore", "main"));
        });
        await PlayedController.UntilAsync(async () => await Controller.GetAsync("ExternalSecret", "app") is null, "the ExternalSecret");
        await PlayedController.UntilAsync(async () => await Controller.GetAsync("SecretStore", "main") is null, "the store");
    }

    [Fact]
    public async Task NamespaceFinalizersOfAClusterExternalSecret_AreTakenAway_EvenWhereItIsSelectedNoMore()
    {
        string name = $"c-{Guid.NewGuid():N}";
        await StartAsync(async c =>
        {
            await c.Client.PatchAsync(
                ResourceTypes.Namespaces,
                new ObjectKey("", c.Ns),
                PatchKind.Merge,
                System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"finalizers":["externalsecrets.external-secrets.io/ces-{{{name}}}","example.com/other"]}}"""),
                TestContext.Current.CancellationToken);
            await c.PutAsync("ClusterExternalSecret", name, $"{{namespaces: [], externalSecretSpec: {PeerObjects.Spec}}}");
        });
        await PlayedController.UntilAsync(
            async () => (await FinalizersAsync()).SequenceEqual(["example.com/other"]), "the finalizer");
        await Controller.DeleteAsync("ClusterExternalSecret", name);
    }

    private async Task StartAsync(Func<PlayedController, Task> before) => running = await PlayedController.StartAsync(seat, before);

    private static Task EditAsync(PlayedController c) => c.MergeAsync("Secret", "app", $$$"""{"data":{"password":"{{{Convert.ToBase64String("edited"u8)}}}"}}""");

    private async Task<IReadOnlyList<string>> FinalizersAsync() =>
        (await Controller.Client.GetAsync(ResourceTypes.Namespaces, new ObjectKey("", Controller.Ns), TestContext.Current.CancellationToken))!.Metadata.Finalizers ?? [];

    private bool IsOfApp(string write) => write.EndsWith($" {Controller.Ns}/app", StringComparison.Ordinal);
}
