using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Sync.RealServer.PeerCases;

namespace CsiSecrets.Tests.Sync.RealServer.PeerDefects;

/// <summary>What the peer's controller does wrongly, done rightly; named as in the list of its defects.</summary>
[Collection(RealServerOfControllers.Name)]
public sealed class ControllerDefectTests(RealApiServer server)
{
    private const string Simple = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    [Theory]
    [InlineData("a-name-of-28-characters-here")]
    [InlineData("a-name-that-has-as-many-as-sixty-three-characters-and-no-more-x")]
    [PeerCase("D4")]
    public async Task D4_NamesOf28To63Characters_StaleLabelsAndAnnotationsGo_ThePeersToo(string name)
    {
        await using RealController controller = await RealController.StartAsync(server);
        await controller.Others.CreateAsync(
            name, $"{Marks.PeerManagerPrefix}sha3/{PeerHash.OfText(name)}",
            """ "labels":{"reconcile.external-secrets.io/managed":"true","of-the-peer":"x"},"annotations":{"of-the-peer":"x"} """,
            """ "data":{"password":"Zmlyc3Q="} """);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", name, Simple, """{"labels":{"old":"x","kept":"x"},"annotations":{"old":"x"}}""");
        await controller.SyncedAsync(name);
        await controller.SecretAsync(name, s => s["metadata"]!["labels"]!["of-the-peer"] is null && s["metadata"]!["annotations"]!["of-the-peer"] is null, "without the peer's");
        await controller.MergeAsync("ExternalSecret", name, """{"metadata":{"labels":{"old":null},"annotations":{"old":null}}}""");
        JsonNode secret = await controller.SecretAsync(name, s => s["metadata"]!["labels"]!["old"] is null && s["metadata"]!["annotations"]!["old"] is null, "without what is old");
        Assert.Equal("x", (string?)secret["metadata"]!["labels"]!["kept"]);
    }

    [Fact]
    [PeerCase("D5")]
    public async Task D5_StoreOfAnotherControllerBehindAClusterStore_IsSeen_AndAllIsLeftAlone()
    {
        string store = $"css-{Guid.NewGuid():N}";
        await using RealController controller = await RealController.StartAsync(server, c => c.PutAsync("ClusterSecretStore", store, "provider: {fake: {data: [{key: k, value: v}]} }"));
        await controller.PutAsync("SecretStore", "theirs", "{controller: another, provider: {fake: {data: [{key: k, value: v}]} } }");
        await controller.ReadyAsync("ClusterSecretStore", store, "True Valid");
        await controller.PutAsync("ExternalSecret", "app", $$"""
            secretStoreRef: {name: {{store}}, kind: ClusterSecretStore}
            data:
            - {secretKey: a, remoteRef: {key: k} }
            - {secretKey: b, remoteRef: {key: k}, sourceRef: {storeRef: {name: {{store}}, kind: ClusterSecretStore} } }
            - {secretKey: c, remoteRef: {key: k}, sourceRef: {storeRef: {name: theirs} } }
            """);
        await controller.LeftAloneAsync();
        await controller.DeleteAsync("ClusterSecretStore", store);
    }

    [Fact]
    [PeerCase("D7")]
    public async Task D7_NamespacesOfAClusterExternalSecret_GetNoFinalizer_AndLoseThePeers()
    {
        string name = "c" + new string('l', 70) + Guid.NewGuid().ToString("N");
        const string Peers = "externalsecrets.external-secrets.io/ces-short";
        await using RealController controller = await RealController.StartAsync(server, everywhere: true);
        await controller.Client.PatchAsync(
            ResourceTypes.Namespaces, new ObjectKey("", controller.Ns), PatchKind.Merge,
            System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"labels":{"team":"{{{controller.Ns}}}"},"finalizers":["{{{Peers}}}"]}}"""), TestContext.Current.CancellationToken);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ClusterExternalSecret", name, $$"""
            externalSecretName: copy
            namespaceSelectors: [{matchLabels: {team: {{controller.Ns}} } }]
            externalSecretSpec: {{Simple}}
            """);
        await controller.HoldsAsync("copy", ("password", "first"));
        await NamespaceAsync(controller, n => n.Metadata.Finalizers is null or [], "without a finalizer");

        // It matches no more.
        await controller.Client.PatchAsync(
            ResourceTypes.Namespaces, new ObjectKey("", controller.Ns), PatchKind.Merge, """{"metadata":{"labels":{"team":null}}}"""u8.ToArray(), TestContext.Current.CancellationToken);
        await RealController.UntilAsync(async () => await controller.GetAsync("ExternalSecret", "copy") is null, () => "the copy is gone");
        await NamespaceAsync(controller, n => n.Metadata.Finalizers is null or [], "without a finalizer");
        await controller.DeleteAsync("ClusterExternalSecret", name);
    }

    [Fact]
    [PeerCase("D13")]
    public async Task D13_EventOfAMissingEntryOfData_NamesThatEntry()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            target: {deletionPolicy: Merge}
            data: [{secretKey: password, remoteRef: {key: db} }, {secretKey: gone, remoteRef: {key: nowhere} }]
            """);
        await controller.HoldsAsync("app", ("password", "first"));
        await controller.EventAsync("Normal MissingProviderSecret secret does not exist at provider using spec.data[1] (key=nowhere)");
    }

    [Fact]
    [PeerCase("D14")]
    public async Task D14_OrphanWithDeletionPolicyDelete_IsRefusedAtOnce_NothingIsRead()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: main}, target: {creationPolicy: Orphan, deletionPolicy: Delete}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.ReadyAsync("ExternalSecret", "app", "False SecretSyncedError");
        Assert.Contains("spec.target.deletionPolicy: deletionPolicy=Delete must not be used", await controller.ReadyAsync("ExternalSecret", "app"), StringComparison.Ordinal);
        Assert.Equal(0, controller.Aws.Calls.Count("GetSecretValue") + controller.Aws.Calls.Count("BatchGetSecretValue"));
        Assert.Null(await controller.GetAsync("Secret", "app"));
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":{"team":"y"}}}""")]
    [InlineData("""{"metadata":{"labels":{"team":null}}}""")]
    [InlineData("""{"metadata":{"annotations":{"note":"edited"}}}""")]
    [InlineData("""{"metadata":{"ownerReferences":null}}""")]
    [PeerCase("D15")]
    public async Task D15_DriftOfMetadata_IsRepaired_WithoutACallToTheProvider(string edit)
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.PutAsync("ExternalSecret", "app", Simple, """{"labels":{"team":"x"},"annotations":{"note":"one"}}""");
        await controller.SyncedAsync();
        await controller.MergeAsync("Secret", "app", edit);
        await controller.SecretAsync(
            "app", s => (string?)s["metadata"]!["labels"]!["team"] == "x" && (string?)s["metadata"]!["annotations"]!["note"] == "one" && s["metadata"]!["ownerReferences"] is JsonArray { Count: 1 }, "as it was");
        Assert.Equal(1, controller.Aws.Calls.Count("GetSecretValue") + controller.Aws.Calls.Count("BatchGetSecretValue"));
    }

    [Fact]
    [PeerCase("D15")]
    public async Task D15_WrongType_IsToldWithTheRemedy_AndADeletedOrphanComesBack()
    {
        await using RealController controller = await RealController.StartAsync(server);
        controller.Aws.Seed.Secret("db", "first");
        await controller.CreateAsync("", "v1", "secrets", "Secret", "typed", """{"type":"example.com/other","stringData":{"a":"b"}}""");
        await controller.PutAsync("ExternalSecret", "typed", "{secretStoreRef: {name: main}, target: {template: {type: Opaque} }, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.ReadyAsync("ExternalSecret", "typed", $"False SecretSyncedError could not update secret, target is immutable: Secret {controller.Ns}/typed: its type is example.com/other");
        await controller.HoldsAsync("typed", ("a", "b"));

        await controller.PutAsync("ExternalSecret", "orphan", "{secretStoreRef: {name: main}, target: {creationPolicy: Orphan}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync("orphan");
        await controller.DeleteAsync("Secret", "orphan");
        await controller.HoldsAsync("orphan", ("password", "first"));
    }

    [Fact]
    [PeerCase("D16")]
    public async Task D16_TheLog_NamesNoKeyOfASuccessfulFetch_AndAFailureReadsTheSameEachTime()
    {
        AccessKey? key = null;
        await using RealController controller = await RealController.StartAsync(server, async c =>
        {
            key = await c.KeysAsync("no-list", "nolist", PolicyDocument.AllowAll, PolicyDocument.Deny("secretsmanager:ListSecrets"));
            await c.PutAsync("SecretStore", "nolist", RealController.StoreOf(secret: "no-list"));
        });
        controller.Aws.Seed.Secret("quiet-db", "hush-value");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: main}, refreshInterval: 1s, data: [{secretKey: a, remoteRef: {key: quiet-db} }, {secretKey: b, remoteRef: {key: quiet-db, metadataPolicy: Fetch} }]}");
        await controller.SyncedAsync();
        await controller.PutAsync("ExternalSecret", "failing", """{secretStoreRef: {name: nolist}, dataFrom: [{find: {name: {regexp: db} } }]}""");
        await controller.ReadyAsync("ExternalSecret", "failing", "False SecretSyncedError could not get secret data from provider: ");
        JsonNode before = (await controller.GetAsync("ExternalSecret", "failing"))!;
        int asked = controller.Aws.Calls.Count("ListSecrets");
        await RealController.UntilAsync(() => Task.FromResult(controller.Aws.Calls.Count("ListSecrets") >= asked + 2), () => "more tries");

        JsonNode after = (await controller.GetAsync("ExternalSecret", "failing"))!;
        Assert.Equal((string?)before["metadata"]!["resourceVersion"], (string?)after["metadata"]!["resourceVersion"]);
        string log = string.Join('\n', controller.Logs.GetSnapshot().Select(l => $"{l.Level} {l.Message} {l.Exception}"));
        Assert.NotEmpty(log);
        Assert.DoesNotContain("quiet-db", log, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-value", log, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-value", after.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [PeerCase("D17")]
    public async Task D17_Metrics_CountSyncsOnly_EachCallByItsOwnName_AndDurationsInSecondsToo()
    {
        await using RealController controller = await RealController.StartAsync(server, c => c.PutAsync("SecretStore", "parameters", RealController.StoreOf("ParameterStore")));
        controller.Aws.Seed.Secret("db", "first");
        controller.Aws.Seed.Parameter("/db", "first", "SecureString");
        await controller.PutAsync("ExternalSecret", "app", "{secretStoreRef: {name: main}, data: [{secretKey: tags, remoteRef: {key: db, metadataPolicy: Fetch} }]}");
        await controller.PutAsync("ExternalSecret", "parameter", "{secretStoreRef: {name: parameters}, data: [{secretKey: tags, remoteRef: {key: /db, metadataPolicy: Fetch} }]}");
        await controller.SyncedAsync();
        await controller.SyncedAsync("parameter");
        await controller.CountedAsync("""externalsecret_provider_api_calls_count{provider="AWS/SecretsManager",call="DescribeSecret",status="success"} 1""");
        await controller.CountedAsync("""externalsecret_provider_api_calls_count{provider="AWS/ParameterStore",call="ListTagsForResource",status="success"} 1""");
        Assert.DoesNotContain("GetParameter", controller.Meters.Expose(), StringComparison.Ordinal);

        // Looks that find nothing to do.
        await controller.RestartAsync();
        await controller.PutAsync("ExternalSecret", "later", Simple);
        await controller.SyncedAsync("later");
        await controller.CountedAsync($"externalsecret_sync_calls_total{{name=\"later\",namespace=\"{controller.Ns}\"}} 1");
        Assert.DoesNotContain("externalsecret_sync_calls_total{name=\"app\"", controller.Meters.Expose(), StringComparison.Ordinal);
        Assert.Contains("csi_secrets_externalsecret_sync_duration_seconds_count{outcome=\"success\"} 1", controller.Meters.Expose(), StringComparison.Ordinal);
    }

    private static Task NamespaceAsync(RealController controller, Func<Namespace, bool> isSo, string what) => RealController.UntilAsync(
        async () => isSo((await controller.Client.GetAsync(ResourceTypes.Namespaces, new ObjectKey("", controller.Ns), TestContext.Current.CancellationToken))!), () => what);
}
