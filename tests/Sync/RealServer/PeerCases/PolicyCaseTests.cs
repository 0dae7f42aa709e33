using System.Text.Json.Nodes;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>The peer's cases of its controller about creation and deletion policies, and interval 0.</summary>
[Collection(RealServerOfPeerCases.Name)]
public sealed class PolicyCaseTests(RealApiServer server)
{
    private const string Merge = "{secretStoreRef: {name: main}, target: {creationPolicy: Merge}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    [Fact]
    [PeerCase("Merge merges")]
    public async Task Merge_AddsToWhatIsThere_AndOwnsNothing()
    {
        await using RealController controller = await MergedAsync("""{"stringData":{"theirs":"1"}}""");
        await controller.HoldsAsync("app", ("password", "first"), ("theirs", "1"));
        Assert.Null((await controller.GetAsync("Secret", "app"))!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    [PeerCase("Merge is kicked when the secret changes")]
    public async Task Merge_AnEditedKeyIsPutRight()
    {
        await using RealController controller = await MergedAsync("""{"stringData":{"theirs":"1"}}""");
        await controller.Others.EditAsync("app", "somebody", """{"data":{"password":"eA==","theirs":"Mg=="}}""");
        await controller.HoldsAsync("app", ("password", "first"), ("theirs", "2"));
    }

    [Fact]
    [PeerCase("Merge without a secret")]
    public async Task Merge_WithoutASecret_MakesNone_AndSaysSo()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", Merge);
        await controller.ReadyAsync("ExternalSecret", "app", "True SecretMissing secret will not be created due to CreationPolicy=Merge");
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }

    [Fact]
    [PeerCase("Merge resolves no conflicts: it takes the key")]
    public async Task Merge_AKeyOfAnotherManager_IsTaken()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.Others.CreateAsync("app", "somebody", "", """ "data":{"password":"b2xk","theirs":"MQ=="} """);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", Merge);
        await controller.HoldsAsync("app", ("password", "first"), ("theirs", "1"));
        IReadOnlyList<FieldOwner> owners = (await controller.Others.SeeAsync("app"))!.Owners;
        Assert.Equal(["password"], owners.Single(o => o.IsApplyOf("external-secrets")).DataKeys);
        Assert.Equal(["theirs"], owners.Single(o => o.Manager == "somebody").DataKeys);
    }

    [Fact]
    [PeerCase("Merge does not update what is unchanged")]
    public async Task Merge_NothingDiffers_TheSecretIsNotWritten()
    {
        await using RealController controller = await MergedAsync("""{"stringData":{"password":"first"}}""");
        string version = (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["resourceVersion"]!;
        string synced = await SyncedVersionAsync(controller);
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}""");
        await RealController.UntilAsync(async () => await SyncedVersionAsync(controller) != synced, () => "another sync");
        Assert.Equal(version, (string?)(await controller.GetAsync("Secret", "app"))!["metadata"]!["resourceVersion"]);
    }

    [Fact]
    [PeerCase("Orphan keeps a pre-existing secret")]
    public async Task Orphan_TheSecretIsNobodys_AndStaysWhenTheManifestGoes()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.CreateAsync("", "v1", "secrets", "Secret", "app", """{"stringData":{"password":"old"}}""");
        string uid = (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["uid"]!;
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: main}, target: {creationPolicy: Orphan}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.HoldsAsync("app", ("password", "first"));
        await controller.SyncedAsync();
        await controller.DeleteAsync("ExternalSecret", "app");
        await controller.PutAsync("ExternalSecret", "later", "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync("later");
        JsonNode meta = (await controller.GetAsync("Secret", "app"))!["metadata"]!;
        Assert.Equal(uid, (string?)meta["uid"]);
        Assert.Null(meta["ownerReferences"]);
    }

    [Fact]
    [PeerCase("deletionPolicy Delete")]
    public async Task DeletionPolicyDelete_TheSecretGoesWithTheValue()
    {
        await using RealController controller = await DeletedAsync("{deletionPolicy: Delete}");
        await controller.ReadyAsync("ExternalSecret", "app", "True SecretDeleted secret deleted due to DeletionPolicy=Delete");
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }

    [Fact]
    [PeerCase("deletionPolicy Retain")]
    public async Task DeletionPolicyRetain_TheSecretStays_AndTheSyncFails()
    {
        await using RealController controller = await DeletedAsync("{deletionPolicy: Retain}");
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider: ");
        await controller.HoldsAsync("app", ("password", "first"));
    }

    [Fact]
    [PeerCase("deletionPolicy Retain of empty data")]
    public async Task DeletionPolicyRetain_NothingIsFound_TheSecretStays_AndTheStatusSaysWhy()
    {
        await using RealController controller = await DeletedAsync("{deletionPolicy: Retain}", """dataFrom: [{find: {name: {regexp: "^db$"} }, rewrite: [{regexp: {source: "^db$", target: password} }] }]""");
        await controller.ReadyAsync("ExternalSecret", "app", "True SecretSynced secret retained due to DeletionPolicy=Retain");
        await controller.HoldsAsync("app", ("password", "first"));
    }

    [Fact]
    [PeerCase("deletionPolicy Merge")]
    public async Task DeletionPolicyMerge_ThePreexistingSecretStays_WithoutTheKey()
    {
        await using RealController controller = await DeletedAsync(
            "{creationPolicy: Merge, deletionPolicy: Merge}", before: c => c.CreateAsync("", "v1", "secrets", "Secret", "app", """{"stringData":{"theirs":"1"}}"""));
        await controller.HoldsAsync("app", ("theirs", "1"));
        await controller.SyncedAsync();
    }

    [Fact]
    [PeerCase("interval zero")]
    public async Task IntervalZero_TheNewValueIsNotTaken()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", """{secretStoreRef: {name: main}, refreshInterval: "0", data: [{secretKey: password, remoteRef: {key: db} }]}""");
        await controller.SyncedAsync();
        controller.Aws.Seed.Secret("db", "second");
        await controller.RestartAsync();
        await controller.PutAsync("ExternalSecret", "later", "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.HoldsAsync("later", ("password", "second"));
        await controller.HoldsAsync("app", ("password", "first"));
    }

    private static async Task<string> SyncedVersionAsync(RealController controller) =>
        (string?)(await controller.GetAsync("ExternalSecret", "app"))!["status"]?["syncedResourceVersion"] ?? "";

    private async Task<RealController> MergedAsync(string secret)
    {
        RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.CreateAsync("", "v1", "secrets", "Secret", "app", secret);
        await controller.PutAsync("ExternalSecret", "app", Merge);
        await controller.SyncedAsync();
        return controller;
    }

    /// <summary>Synced each second; then the one value is taken away at AWS.</summary>
    private async Task<RealController> DeletedAsync(
        string target, string data = "data: [{secretKey: password, remoteRef: {key: db} }]", Func<RealController, Task>? before = null)
    {
        RealController controller = await RealController.StartAsync(server, before);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: main}}, refreshInterval: 1s, target: {target}, {data}}}");
        await controller.SyncedAsync();
        Assert.Equal("first", (await controller.DataAsync("app"))!["password"]);
        controller.Delete("db");
        return controller;
    }
}
