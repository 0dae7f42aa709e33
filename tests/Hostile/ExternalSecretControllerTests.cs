using System.Text.Json.Nodes;
using CsiSecrets.Tests.Sync;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Each field of an ExternalSecret spoilt, through the whole controller: condition, reason and event name the field, the Secret that
/// was there stays byte for byte, and the next object is served.</summary>
public sealed class ExternalSecretControllerTests(ExternalSecretControllerTests.SharedController shared) : IClassFixture<ExternalSecretControllerTests.SharedController>
{
    private const string Good = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    public static TheoryData<string> Paths => HostileExternalSecret.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Edit_FieldSpoilt_TellsWhich_AndLeavesTheSecret(string path)
    {
        ControllerUnderTest controller = shared.Controller;
        foreach (SpoiltField spoilt in HostileExternalSecret.Ways(path).DistinctBy(static s => s.What.Split(' ')[0]))
        {
            string name = shared.NextName();
            controller.ExternalSecret(Good, name);
            await controller.SyncedAsync(name);
            string before = controller.Secret(name)!.ToJsonString();

            controller.ExternalSecret(spoilt.In(HostileExternalSecret.Around(spoilt.Path, name)).ToJsonString(), name);
            await controller.ReadyAsync($"False SecretSyncedError could not get secret data from provider: ExternalSecret shop/{name}: ", name);

            Remains.Says(controller.Ready(name: name), spoilt.Says);
            Assert.Equal(before, controller.Secret(name)!.ToJsonString());
            await controller.PassUntilAsync(() => EventOf(name) is not null, TimeSpan.FromMinutes(3), $"an event of {name}");
            Remains.Says((string)EventOf(name)!["message"]!);
            Assert.Equal("Warning", (string?)EventOf(name)!["type"]);
        }

        shared.Search();
    }

    [Fact]
    public async Task Restart_WithASpoiltOneThere_ServesTheOthers_AndTheMendedOne()
    {
        ControllerUnderTest controller = shared.Controller;
        string bad = shared.NextName();
        string good = shared.NextName();
        controller.Put("ExternalSecret", bad, "{secretStoreRef: {name: main}, data: text, target: [] }");
        await controller.ReadyAsync("False SecretSyncedError", bad);

        await controller.RestartAsync();
        controller.ExternalSecret(Good, good);
        await controller.SyncedAsync(good);
        controller.ExternalSecret(Good, bad);
        await controller.SyncedAsync(bad);
    }

    [Fact]
    public async Task TwoOnOneSecret_OneSpoilt_KeepsItsKeys()
    {
        ControllerUnderTest controller = shared.Controller;
        string target = shared.NextName();
        string other = shared.NextName();
        const string merge = "{secretStoreRef: {name: main}, target: {name: NAME, creationPolicy: CreateOrMerge}, data: [{secretKey: KEY, remoteRef: {key: db} }]}";
        controller.ExternalSecret(merge.Replace("NAME", target, StringComparison.Ordinal).Replace("KEY", "one", StringComparison.Ordinal), target);
        await controller.SyncedAsync(target);
        string second = merge.Replace("NAME", target, StringComparison.Ordinal).Replace("KEY", "two", StringComparison.Ordinal);
        controller.ExternalSecret(second, other);
        await controller.SyncedAsync(other);
        Assert.Equal(["one", "two"], controller.Data(target)!.Keys.Order(StringComparer.Ordinal));

        controller.ExternalSecret(second.Replace("refreshInterval", "", StringComparison.Ordinal).Replace("data: [{", "refreshInterval: 5, data: [{", StringComparison.Ordinal), other);
        await controller.ReadyAsync("False SecretSyncedError", other);
        controller.Annotate("externalsecrets", target, "force-sync", "1");
        await controller.PassAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(["one", "two"], controller.Data(target)!.Keys.Order(StringComparer.Ordinal));
    }

    private JsonObject? EventOf(string name) => shared.Controller.Api.All("events")
        .FirstOrDefault(e => (string?)e["involvedObject"]!["name"] == name && (string?)e["reason"] == "UpdateFailed");

    /// <summary>One controller for all cases: what one breaks would be seen by the next.</summary>
    public sealed class SharedController : IAsyncLifetime
    {
        private const string Value = "m4rk-of-the-value";

        private int last;

        internal ControllerUnderTest Controller { get; private set; } = null!;

        public string NextName() => $"app-{Interlocked.Increment(ref last)}";

        public async ValueTask InitializeAsync()
        {
            Controller = await ControllerUnderTest.StartAsync();
            Controller.Remote.Put("db", Value);
        }

        public void Search() => new MarkerSearch(Value).AssertNone(
            Controller.Api,
            Controller.Logs,
            [("metrics", Controller.Meters.Expose()), .. Controller.Api.All("externalsecrets").Select(static e => ("ExternalSecret", e.ToJsonString()))]);

        public ValueTask DisposeAsync() => Controller.DisposeAsync();
    }
}
