using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>The creation policy of an ExternalSecret changes: what it wrote under the former one is its own as before, and goes when it leaves the manifest.</summary>
public abstract class PolicyChangeTests : IAsyncLifetime
{
    private const string Both = "data: [{secretKey: password, remoteRef: {key: db} }, {secretKey: other, remoteRef: {key: db} }]";
    private const string One = "data: [{secretKey: password, remoteRef: {key: db} }]";

    private readonly IControllerSeat seat;
    private PlayedController controller = null!;

    private protected PolicyChangeTests(IControllerSeat seat) => this.seat = seat;

    public async ValueTask InitializeAsync()
    {
        controller = await PlayedController.StartAsync(seat, static c =>
        {
            c.Options.Sync.GenericTargets = true;
            return Task.CompletedTask;
        });
        controller.Remote.Put("db", "first");
    }

    public async ValueTask DisposeAsync()
    {
        await controller.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("Merge", "Owner", false)]
    [InlineData("Merge", "Owner", true)]
    [InlineData("CreateOrMerge", "Owner", false)]
    [InlineData("Merge", "Orphan", true)]
    [InlineData("Orphan", "Owner", false)]
    [InlineData("Owner", "Orphan", true)]
    [InlineData("Owner", "Merge", false)]
    [InlineData("Owner", "Merge", true)]
    [InlineData("Orphan", "Merge", true)]
    public async Task Secret_WhatLeavesTheManifestLater_ReallyGoes(string from, string to, bool restarts)
    {
        await controller.SecretAsync("app", """{"foreign":"eA==","password":"b2xk"}""");
        await ApplyAsync(from, Both);
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"labels":{"team":"x"}}}""");
        await PlayedController.UntilAsync(async () => await KeysAsync() is { } keys && keys.Contains("other") && await LabelAsync() == "x", "all of it");

        await ApplyAsync(to, Both);
        await PlayedController.UntilAsync(async () => await IsOwnedAsync() == (to == "Owner"), "the owner reference");
        await PlayedController.UntilAsync(async () => IsShared(to) || !(await KeysAsync()).Contains("foreign"), "the foreign key goes");
        await (restarts ? controller.RestartAsync() : Task.CompletedTask);

        await ApplyAsync(to, One);
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"labels":{"team":null}}}""");
        await PlayedController.UntilAsync(async () => !(await KeysAsync()).Contains("other") && await LabelAsync() is null, "what left the manifest");
        Assert.Equal(IsShared(to) && IsShared(from) ? ["foreign", "password"] : ["password"], await KeysAsync());
    }

    [Fact]
    public async Task MergeToOwner_TheEventNamesTheKeysThatWereSomebodyElses()
    {
        await controller.SecretAsync("app", """{"foreign":"eA=="}""");
        await ApplyAsync("Merge", One);
        await PlayedController.UntilAsync(async () => (await KeysAsync()).Contains("password"), "the merge");

        // Events of one object and reason keep a distance.
        await controller.PassAsync(TimeSpan.FromMinutes(2));
        await ApplyAsync("Owner", One);
        await controller.PassUntilAsync(
            async () => (await controller.EventsAsync()).Contains("Normal Updated secret updated: it was there and nobody controlled it: it replaces foreign"),
            TimeSpan.FromMinutes(2),
            "the event");
    }

    [Theory]
    [InlineData("Merge", "Owner", false)]
    [InlineData("Merge", "Owner", true)]
    [InlineData("CreateOrMerge", "Orphan", true)]
    [InlineData("Orphan", "Owner", false)]
    [InlineData("Owner", "Merge", false)]
    [InlineData("Owner", "Merge", true)]
    [InlineData("Orphan", "Merge", false)]
    public async Task CustomResource_WhatLeavesTheManifestLater_ReallyGoes(string from, string to, bool restarts)
    {
        await controller.CreateAsync("App", "app", """{"spec":{"data":{"foreign":"x"},"replicas":2}}""");
        await ApplyAsync(from, Both, "manifest: {apiVersion: example.com/v1, kind: App}");
        await PlayedController.UntilAsync(async () => (await DataOfAppAsync()).Contains("other"), "all of it");

        await ApplyAsync(to, Both, "manifest: {apiVersion: example.com/v1, kind: App}");
        await controller.IsReadyAsync("True ResourceSynced");
        await PlayedController.UntilAsync(async () => await IsOwnedAsync("App") == (to == "Owner"), "the owner reference");
        await (restarts ? controller.RestartAsync() : Task.CompletedTask);

        await ApplyAsync(to, One, "manifest: {apiVersion: example.com/v1, kind: App}");
        await PlayedController.UntilAsync(async () => !(await DataOfAppAsync()).Contains("other"), "what left the manifest");
        Assert.Equal(["foreign", "password"], await DataOfAppAsync());
        Assert.Equal(2, (int)(await controller.GetAsync("App", "app"))!["spec"]!["replicas"]!);
    }

    private static bool IsShared(string policy) => policy.EndsWith("Merge", StringComparison.Ordinal);

    private Task ApplyAsync(string policy, string data, string more = "") => controller.ExternalSecretAsync(
        $"{{secretStoreRef: {{name: main}}, target: {{creationPolicy: {policy}{(more.Length > 0 ? ", " + more : "")}}}, {data}}}");

    private async Task<IReadOnlyList<string>> KeysAsync() => [.. (await controller.DataAsync())?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()];

    private async Task<string?> LabelAsync() => (string?)(await controller.GetAsync("Secret", "app"))?["metadata"]?["labels"]?["team"];

    private async Task<bool> IsOwnedAsync(string kind = "Secret") =>
        (await controller.GetAsync(kind, "app"))?["metadata"]?["ownerReferences"] is JsonArray { Count: > 0 };

    private async Task<IReadOnlyList<string>> DataOfAppAsync() =>
        [.. ((await controller.GetAsync("App", "app"))?["spec"]?["data"] as JsonObject ?? []).Select(static d => d.Key).Order(StringComparer.Ordinal)];
}
