using System.Text.Json.Nodes;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>The peer's cases of its controller about the Secret that is made: its name, its marks, and what brings it back.</summary>
[Collection(RealServerOfPeerCases.Name)]
public sealed class SecretCaseTests(RealApiServer server)
{
    private const string Hash = "reconcile.external-secrets.io/data-hash";
    private const string HashOfTwo = "1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64";
    private const string Simple = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";
    private const string Two = "data: [{secretKey: foo, remoteRef: {key: foo} }, {secretKey: bar, remoteRef: {key: bar} }]";

    [Fact]
    [PeerCase("recreates a deleted secret")]
    public async Task DeletedSecret_IsMadeAgain()
    {
        await using RealController controller = await SyncedAsync(Simple);
        string uid = (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["uid"]!;
        await controller.DeleteAsync("Secret", "app");
        await controller.SecretAsync("app", s => (string?)s["metadata"]!["uid"] != uid, "another uid");
        await controller.HoldsAsync("app", ("password", "first"));
    }

    [Theory]
    [InlineData("Owner")]
    [InlineData("Merge")]
    [PeerCase("proper hash annotation")]
    [PeerCase("proper hash annotation with Merge")]
    public async Task HashAnnotation_IsThePeersHashOfTheData(string creation)
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("foo", "value1");
        controller.Aws.Seed.Secret("bar", "value2");
        if (creation == "Merge")
        {
            await controller.CreateAsync("", "v1", "secrets", "Secret", "app", """{"stringData":{"foo":"old"}}""");
        }

        await controller.PutAsync("ExternalSecret", "app", $"{{secretStoreRef: {{name: main}}, target: {{creationPolicy: {creation}}}, {Two}}}");
        await controller.HoldsAsync("app", ("bar", "value2"), ("foo", "value1"));
        Assert.Equal(HashOfTwo, (string?)(await controller.GetAsync("Secret", "app"))!["metadata"]!["annotations"]![Hash]);
    }

    [Fact]
    [PeerCase("refreshes when the hash annotation is wrong")]
    public async Task WrongHashAnnotation_AndAForeignKey_ArePutRight()
    {
        await using RealController controller = await SyncedAsync(Simple);
        string hash = (string)(await controller.GetAsync("Secret", "app"))!["metadata"]!["annotations"]![Hash]!;
        await controller.MergeAsync("Secret", "app", $$$"""{"metadata":{"annotations":{"{{{Hash}}}":"wrong"}},"data":{"new":"eA=="}}""");
        await controller.SecretAsync("app", s => (string?)s["metadata"]!["annotations"]![Hash] == hash, "the hash");
        await controller.HoldsAsync("app", ("password", "first"));
    }

    [Fact]
    [PeerCase("deletes orphaned secrets")]
    public async Task RenamedTarget_TheOldSecretGoes()
    {
        await using RealController controller = await SyncedAsync(Simple);
        await controller.MergeAsync("ExternalSecret", "app", """{"spec":{"target":{"name":"renamed"}}}""");
        await controller.HoldsAsync("renamed", ("password", "first"));
        await RealController.UntilAsync(async () => await controller.GetAsync("Secret", "app") is null, () => "the old Secret is gone");
        await controller.EventAsync("Normal Deleted secret deleted because it was orphaned");
    }

    [Fact]
    [PeerCase("default target name")]
    public async Task NoTargetName_TheManifestsNameIsTaken()
    {
        await using RealController controller = await SyncedAsync(Simple);
        Assert.Equal("first", (await controller.DataAsync("app"))!["password"]);
    }

    [Fact]
    [PeerCase("target names over 63 characters")]
    public async Task LongNames_OfManifestAndTarget()
    {
        string name = new('n', 120);
        string target = new('t', 200);
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", name, $"{{secretStoreRef: {{name: main}}, target: {{name: {target}}}, data: [{{secretKey: password, remoteRef: {{key: db}} }}]}}");
        await controller.SyncedAsync(name);
        await controller.HoldsAsync(target, ("password", "first"));
    }

    [Fact]
    [PeerCase("service binding of the secret")]
    public async Task SyncedSecret_IsBoundInTheStatus()
    {
        await using RealController controller = await SyncedAsync(
            "{secretStoreRef: {name: main}, target: {name: bound}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        Assert.Equal("bound", (string?)(await controller.GetAsync("ExternalSecret", "app"))!["status"]!["binding"]!["name"]);
    }

    [Fact]
    [PeerCase("no service binding without a secret")]
    public async Task FailedSync_BindsNothing()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.PutAsync("ExternalSecret", "app", Simple);
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError could not get secret data from provider");
        Assert.Null((await controller.GetAsync("ExternalSecret", "app"))!["status"]!["binding"]);
    }

    [Fact]
    [PeerCase("labels and annotations from the ExternalSecret")]
    public async Task LabelsAndAnnotationsOfTheManifest_AreCopied()
    {
        await using RealController controller = await SyncedAsync(Simple, """{"labels":{"team":"x"},"annotations":{"note":"n"}}""");
        JsonNode meta = (await controller.GetAsync("Secret", "app"))!["metadata"]!;
        Assert.Equal(("x", "n"), ((string?)meta["labels"]!["team"], (string?)meta["annotations"]!["note"]));
    }

    [Fact]
    [PeerCase("merges labels and annotations with those of other owners")]
    public async Task LabelsAndAnnotationsOfOthers_Stay()
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.Others.CreateAsync("app", "somebody", """ "labels":{"theirs":"1","team":"y"},"annotations":{"theirs":"1"} """, """ "data":{} """);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", Simple, """{"labels":{"team":"x"},"annotations":{"note":"n"}}""");
        await controller.SyncedAsync();
        JsonNode meta = (await controller.GetAsync("Secret", "app"))!["metadata"]!;
        Assert.Equal(("1", "x"), ((string?)meta["labels"]!["theirs"], (string?)meta["labels"]!["team"]));
        Assert.Equal(("1", "n"), ((string?)meta["annotations"]!["theirs"], (string?)meta["annotations"]!["note"]));
    }

    [Fact]
    [PeerCase("removes outdated labels and annotations")]
    public async Task LabelsAndAnnotationsThatLeaveTheManifest_LeaveTheSecret()
    {
        await using RealController controller = await SyncedAsync(Simple, """{"labels":{"old":"x","team":"x"},"annotations":{"old":"n"}}""");
        await controller.Others.EditAsync("app", "somebody", """{"metadata":{"labels":{"theirs":"1"}}}""");
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"labels":{"old":null},"annotations":{"old":null}}}""");
        JsonNode secret = await controller.SecretAsync("app", s => s["metadata"]!["labels"]!["old"] is null && s["metadata"]!["annotations"]!["old"] is null, "without what is old");
        Assert.Equal(("1", "x"), ((string?)secret["metadata"]!["labels"]!["theirs"], (string?)secret["metadata"]!["labels"]!["team"]));
    }

    [Fact]
    [PeerCase("Prometheus counters")]
    public async Task Counters_OfOneSync()
    {
        await using RealController controller = await SyncedAsync(Simple);
        string ns = controller.Ns;
        await controller.CountedAsync($"externalsecret_sync_calls_total{{name=\"app\",namespace=\"{ns}\"}} 1");
        await controller.CountedAsync($"externalsecret_status_condition{{name=\"app\",namespace=\"{ns}\",condition=\"Ready\",status=\"True\"}} 1");
        await controller.CountedAsync($"externalsecret_status_condition{{name=\"app\",namespace=\"{ns}\",condition=\"Ready\",status=\"False\"}} 0");
        Assert.DoesNotContain($"externalsecret_sync_calls_error{{name=\"app\",namespace=\"{ns}\"}}", controller.Meters.Expose(), StringComparison.Ordinal);
        Assert.Contains($"externalsecret_reconcile_duration{{name=\"app\",namespace=\"{ns}\"}} ", controller.Meters.Expose(), StringComparison.Ordinal);
    }

    private async Task<RealController> SyncedAsync(string spec, string metadata = "{}")
    {
        RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", spec, metadata);
        await controller.SyncedAsync();
        return controller;
    }
}
