using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Sync;

/// <summary>Edits of a mirrored Secret, through the controller (D15): what is repaired, what is told, and who fights.</summary>
public sealed class DriftTests : IAsyncLifetime
{
    private const string Simple = "{secretStoreRef: {name: main}, target: {template: {type: Opaque, metadata: {labels: {team: x} } } }, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private ControllerUnderTest controller = null!;

    public async ValueTask InitializeAsync()
    {
        controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");
    }

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Theory]
    [InlineData("labels")]
    [InlineData("owner")]
    [InlineData("managed")]
    [InlineData("data-hash")]
    public async Task EditOfMetadata_IsRepaired_WithoutACallToTheProvider(string what)
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();
        JsonObject secret = controller.Secret()!;
        JsonObject meta = secret["metadata"]!.AsObject();
        switch (what)
        {
            case "labels": meta["labels"]!["team"] = "y"; break;
            case "owner": meta.Remove("ownerReferences"); break;
            case "managed": meta["labels"]!.AsObject().Remove("reconcile.external-secrets.io/managed"); break;
            default: meta["annotations"]!["reconcile.external-secrets.io/data-hash"] = "0"; break;
        }

        controller.Api.Put("secrets", secret.ToJsonString());

        await ControllerUnderTest.UntilAsync(
            () => controller.Secret()!["metadata"] is { } now && (string?)now["labels"]?["team"] == "x" && now["ownerReferences"]?.AsArray().Count == 1
                && (string?)now["labels"]!["reconcile.external-secrets.io/managed"] == "true"
                && ((string)now["annotations"]!["reconcile.external-secrets.io/data-hash"]!).Length > 1,
            "the repair");
        Assert.Equal(["read db"], controller.Remote.Calls);
        await ControllerUnderTest.UntilAsync(() => controller.Meters.Expose().Contains("csi_secrets_secret_repairs_total 1", StringComparison.Ordinal), "the counter");
    }

    [Fact]
    public async Task EditAfterAQuietRefresh_IsRepaired_WithoutACallToTheProvider()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 5m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        await controller.PassUntilAsync(() => controller.Remote.Calls.Contains("probe db"), TimeSpan.FromMinutes(6), "the refresh");
        await controller.PassAsync(TimeSpan.FromMinutes(3));
        Edit("edited");

        await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "first", "the repair");

        Assert.Equal(["read db", "probe db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task WrongType_IsToldWithTheRemedy_AndTheSecretIsNotDeleted()
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();
        int writes = Writes();

        // As if somebody had deleted it and made it anew before anyone could look.
        JsonObject secret = controller.Secret()!;
        secret["type"] = "example.com/other";
        secret["metadata"]!["uid"] = "another";
        JsonObject other = controller.Api.Put("secrets", secret.ToJsonString());
        await controller.ReadyAsync("False");

        Assert.Equal(
            "False SecretSyncedError could not update secret, target is immutable: Secret shop/app: its type is example.com/other and the manifest wants Opaque; "
            + "Kubernetes allows no change of a type: delete the Secret, which is then made again, or set spec.target.template.type to example.com/other",
            controller.Ready());
        await controller.PassUntilAsync(
            () => controller.Events().Any(e => e.StartsWith("Warning UpdateFailed", StringComparison.Ordinal) && e.Contains("example.com/other", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(1),
            "the event");
        await controller.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(other.ToJsonString(), controller.Secret()!.ToJsonString());
        Assert.Equal((writes, 0), (Writes(), controller.Api.Count("delete", "secrets")));

        // The remedy.
        controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        await controller.SyncedAsync();
        Assert.Equal(("Opaque", "first"), ((string?)controller.Secret()!["type"], controller.Data()!["password"]));

        int Writes() => controller.Api.Count("patch", "secrets") + controller.Api.Count("create", "secrets") + controller.Api.Count("update", "secrets");
    }

    [Fact]
    public async Task TwoWritersThatFight_AreToldOnTheExternalSecret_AndSlowedDown()
    {
        controller.ExternalSecret(Simple);
        await controller.SyncedAsync();
        for (int i = 0; i < 12 && !controller.Ready().Contains("two writers", StringComparison.Ordinal); i++)
        {
            string mine = $"other {i}";
            Edit(mine);
            await ControllerUnderTest.UntilAsync(() => controller.Data()!["password"] == "first" || controller.Ready().Contains("two writers", StringComparison.Ordinal), "the repair or the word");
        }

        Assert.StartsWith("False SecretSyncedError could not update secret: Secret shop/app: two writers want different values: data.password", controller.Ready());
        Assert.NotEqual("first", controller.Data()!["password"]);

        // Slowed down, not given up; and peace is told as well.
        await controller.PassUntilAsync(() => controller.Data()!["password"] == "first", TimeSpan.FromMinutes(1), "the repair after the wait");
        await controller.SyncedAsync();
        await controller.PassUntilAsync(() => controller.Events().Any(e => e.Contains("two writers", StringComparison.Ordinal)), TimeSpan.FromMinutes(2), "the event");
    }

    [Fact]
    public async Task OrphanThatIsDeleted_ComesBackAtOnce()
    {
        controller.ExternalSecret("{secretStoreRef: {name: main}, target: {creationPolicy: Orphan}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        await ControllerUnderTest.UntilAsync(() => controller.Data()?["password"] == "first", "the Secret again");
    }

    [Fact]
    public async Task TrackingMarksOfArgoAndFlux_AreNeverCopied()
    {
        controller.Api.Put("externalsecrets", """
            {"metadata":{"namespace":"shop","name":"app","labels":{"argocd.argoproj.io/instance":"a","app.kubernetes.io/instance":"a","kustomize.toolkit.fluxcd.io/name":"f","team":"x"},
              "annotations":{"argocd.argoproj.io/tracking-id":"t","kubectl.kubernetes.io/last-applied-configuration":"{}","note":"n"}},
             "spec":{"secretStoreRef":{"name":"main"},"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}}
            """);
        await controller.SyncedAsync();
        JsonNode meta = controller.Secret()!["metadata"]!;
        Assert.Equal("x", (string?)meta["labels"]!["team"]);
        Assert.Equal("n", (string?)meta["annotations"]!["note"]);
        Assert.DoesNotContain("argocd", meta["labels"]!.ToJsonString() + meta["annotations"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(meta["labels"]!["app.kubernetes.io/instance"]);
        Assert.DoesNotContain("fluxcd", meta["labels"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(meta["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"]);
    }

    [Fact]
    public async Task MergeOfSeveral_IsOneUnion_AndWhatFailsOrIsNotDueKeepsItsKeys()
    {
        controller.Remote.Put("b", "two");
        controller.Api.Put("secrets", """{"metadata":{"namespace":"shop","name":"shared"},"data":{"foreign":"eA=="}}""");
        controller.ExternalSecret("{secretStoreRef: {name: main}, target: {name: shared, creationPolicy: Merge}, data: [{secretKey: a, remoteRef: {key: db} }]}", "one");
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, target: {name: shared, creationPolicy: Merge}, data: [{secretKey: b, remoteRef: {key: b} }]}", "two");
        await ControllerUnderTest.UntilAsync(() => controller.Data("shared")!.Count == 3, "the union");

        // One fails, and a new process has resolved neither.
        controller.Remote.Fail = what => what == "db" ? new Model.SecretsException(Model.FailureReason.AccessDenied, "db", "no", "") : null;
        controller.Annotate("externalsecrets", "one", "force-sync", "1");
        await controller.ReadyAsync("False", "one");
        await controller.RestartAsync();
        controller.Remote.Put("b", "three");
        await controller.PassUntilAsync(() => controller.Data("shared")!["b"] == "three", TimeSpan.FromMinutes(3), "the other's refresh");
        Assert.Equal(("first", "x"), (controller.Data("shared")!["a"], controller.Data("shared")!["foreign"]));

        // A key that leaves the manifest leaves the Secret.
        controller.ExternalSecret("{secretStoreRef: {name: main}, target: {name: shared, creationPolicy: Merge}, data: [{secretKey: c, remoteRef: {key: b} }]}", "two");
        await ControllerUnderTest.UntilAsync(() => string.Join(' ', controller.Data("shared")!.Keys.Order(StringComparer.Ordinal)) == "a c foreign", "the leaving key");
    }

    private void Edit(string value)
    {
        JsonObject secret = controller.Secret()!;
        secret["data"]!["password"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value));
        controller.Api.Put("secrets", secret.ToJsonString());
    }
}
