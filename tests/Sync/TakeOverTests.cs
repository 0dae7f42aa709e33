using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Sync;

/// <summary>A cluster as External Secrets Operator leaves it: nothing is fetched or written that is not due, and nothing of the peer's keeps an
/// object from being deleted.</summary>
public sealed class TakeOverTests
{
    private const string Spec = """{"secretStoreRef":{"name":"main"},"refreshInterval":"1h0m0s","target":{"creationPolicy":"Owner","deletionPolicy":"Retain"},"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}""";

    [Fact]
    public async Task PeersObjects_NothingDue_NoFetchAndNoWrite()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(Leave);
        await ControllerUnderTest.UntilAsync(() => controller.Ready("secretstores", "main").Length > 0, "the store");
        await controller.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Empty(controller.Remote.Calls);
        Assert.Equal(0, controller.Api.Count("patch", "secrets"));
        Assert.Equal(0, controller.Api.Count("patch", "externalsecrets/status"));
        Assert.Equal("first", controller.Data()!["password"]);
    }

    [Fact]
    public async Task PeersObjects_AtTheInterval_AreReadOnce_AndWrittenOnlyWhereTheValueDiffers()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(Leave);
        await controller.PassUntilAsync(() => controller.Remote.Calls.Contains("read db"), TimeSpan.FromMinutes(61), "the refresh");
        await ControllerUnderTest.UntilAsync(() => controller.Api.Count("patch", "externalsecrets/status") > 0, "the status");
        Assert.Equal(0, controller.Api.Count("patch", "secrets"));

        controller.Remote.Put("db", "second");
        await controller.PassUntilAsync(() => controller.Data()!["password"] == "second", TimeSpan.FromMinutes(61), "the next refresh");
        Assert.Equal(HashOf("second"), HashOf(controller));
    }

    [Fact]
    public async Task PeersSecretThatWasEdited_IsRepaired()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(c =>
        {
            Leave(c);
            JsonObject secret = c.Secret()!;
            secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
            c.Api.Put("secrets", secret.ToJsonString());
        });
        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "first", "the repair");
        Assert.Equal(["read db"], controller.Remote.Calls);
    }

    /// <summary>The repair needs the provider, and the store has no word yet: that is no failure to tell.</summary>
    [Fact]
    public async Task PeersSecretThatWasEdited_WaitsForItsStore_AndIsReadyAllTheWhile()
    {
        var validated = new TaskCompletionSource();
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(c =>
        {
            Leave(c);
            JsonObject secret = c.Secret()!;
            secret["data"]!["password"] = Convert.ToBase64String("edited"u8);
            c.Api.Put("secrets", secret.ToJsonString());
            c.Put("SecretStore", "other", "provider: {fake: {data: [{key: k, value: v}]} }");
            c.Remote.HoldValidation = validated.Task;
            c.Options.Sync.Concurrency = 1;
        });

        // One worker: the second of these comes after the look at the first object.
        foreach (string name in (string[])["one", "two"])
        {
            controller.ExternalSecret("{secretStoreRef: {name: other}, data: [{secretKey: a, remoteRef: {key: k} }]}", name);
            await controller.SyncedAsync(name);
        }

        Assert.Equal("True SecretSynced secret synced", controller.Ready());
        Assert.Equal("edited", controller.Data()!["password"]);

        validated.SetResult();

        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "first", "the repair");
        Assert.Equal(["read db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task DeletedObjects_LoseThePeersFinalizers()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(c =>
        {
            Leave(c);
            JsonObject es = c.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")!;
            es["metadata"]!["deletionTimestamp"] = "2026-03-02T07:59:00Z";
            c.Api.Put("externalsecrets", es.ToJsonString());
            JsonObject store = c.Api.Get("secretstores", ControllerUnderTest.Ns, "main")!;
            store["metadata"]!["finalizers"] = new JsonArray("secretstore.externalsecrets.io/finalizer");
            store["metadata"]!["deletionTimestamp"] = "2026-03-02T07:59:00Z";
            c.Api.Put("secretstores", store.ToJsonString());
        });
        await ControllerUnderTest.UntilAsync(() => IsFree(controller.Api.Get("externalsecrets", ControllerUnderTest.Ns, "app")), "the ExternalSecret");
        await ControllerUnderTest.UntilAsync(() => IsFree(controller.Api.Get("secretstores", ControllerUnderTest.Ns, "main")), "the store");
    }

    [Fact]
    public async Task NamespaceFinalizersOfAClusterExternalSecret_AreTakenAway_EvenWhereItIsSelectedNoMore()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(c =>
        {
            c.Api.Put("namespaces", """{"metadata":{"name":"old","finalizers":["externalsecrets.external-secrets.io/ces-shared","kubernetes"]}}""");
            c.Put("ClusterExternalSecret", "shared", $"{{namespaces: [], externalSecretSpec: {Spec}}}");
        });
        await ControllerUnderTest.UntilAsync(() => controller.Api.Get("namespaces", "", "old")!["metadata"]!["finalizers"]!.AsArray().Count == 1, "the finalizer");
    }

    /// <summary>As the peer has synced it ten minutes ago.</summary>
    private static void Leave(ControllerUnderTest controller)
    {
        controller.Remote.Put("db", "first");
        JsonObject es = controller.Api.Put("externalsecrets", $$"""
            {"metadata":{"namespace":"shop","name":"app","finalizers":["externalsecrets.external-secrets.io/externalsecret-cleanup"]},"spec":{{Spec}}}
            """);
        string version = $"{es["metadata"]!["generation"]}-{PeerHash.OfText("{annotations:map[] labels:map[]}")}";
        es["status"] = JsonNode.Parse($$"""
            {"refreshTime":"2026-03-02T07:50:00Z","syncedResourceVersion":"{{version}}","binding":{"name":"app"},
             "conditions":[{"type":"Ready","status":"True","reason":"SecretSynced","message":"secret synced","lastTransitionTime":"2026-03-01T00:00:00Z"}]}
            """);
        controller.Api.Put("externalsecrets", es.ToJsonString());
        string hash = HashOf("first");
        controller.Api.Put("secrets", $$"""
            {"metadata":{"namespace":"shop","name":"app",
              "labels":{"reconcile.external-secrets.io/managed":"true","reconcile.external-secrets.io/created-by":"{{Marks.CreatedByValue("shop", "app")}}"},
              "annotations":{"reconcile.external-secrets.io/data-hash":"{{hash}}"},
              "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"app","uid":"{{es["metadata"]!["uid"]}}","controller":true,"blockOwnerDeletion":true}]},
             "type":"Opaque","data":{"password":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("first"))}}"} }
            """);
    }

    private static string HashOf(string password)
    {
        using var data = new SecretSet();
        data.Put("password", SecretBytes.FromText(password));
        return PeerHash.OfData(data);
    }

    private static bool IsFree(JsonObject? one) => one is null || (one["metadata"]!["finalizers"] as JsonArray ?? []).Count == 0;

    private static string HashOf(ControllerUnderTest controller) => (string)controller.Secret()!["metadata"]!["annotations"]!["reconcile.external-secrets.io/data-hash"]!;
}
