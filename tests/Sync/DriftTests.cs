using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Sync;

/// <summary>Edits of a mirrored Secret, through the controller (D15): what is repaired, what is told, and who fights.</summary>
public sealed class DriftTests : ControllerTests
{
    private const string Labelled = "{secretStoreRef: {name: main}, target: {template: {type: Opaque, metadata: {labels: {team: x} } } }, data: [{secretKey: password, remoteRef: {key: db} }]}";

    [Theory]
    [InlineData("labels")]
    [InlineData("owner")]
    [InlineData("managed")]
    [InlineData("data-hash")]
    public async Task EditOfMetadata_IsRepaired_WithoutACallToTheProvider(string what)
    {
        Controller.ExternalSecret(Labelled);
        await Controller.SyncedAsync();
        JsonObject secret = Controller.Secret()!;
        JsonObject meta = secret["metadata"]!.AsObject();
        switch (what)
        {
            case "labels": meta["labels"]!["team"] = "y"; break;
            case "owner": meta.Remove("ownerReferences"); break;
            case "managed": meta["labels"]!.AsObject().Remove("reconcile.external-secrets.io/managed"); break;
            default: meta["annotations"]!["reconcile.external-secrets.io/data-hash"] = "0"; break;
        }

        Controller.Api.Put("secrets", secret.ToJsonString());

        await ControllerUnderTest.UntilAsync(
            () => Controller.Secret()!["metadata"] is { } now && (string?)now["labels"]?["team"] == "x" && now["ownerReferences"]?.AsArray().Count == 1
                && (string?)now["labels"]!["reconcile.external-secrets.io/managed"] == "true"
                && ((string)now["annotations"]!["reconcile.external-secrets.io/data-hash"]!).Length > 1,
            "the repair");
        Assert.Equal(["read db"], Controller.Remote.Calls);
        await ControllerUnderTest.UntilAsync(() => Controller.Meters.Expose().Contains("csi_secrets_secret_repairs_total 1", StringComparison.Ordinal), "the counter");
    }

    [Fact]
    public async Task EditAfterAQuietRefresh_IsRepaired_WithoutACallToTheProvider()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 5m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        await Controller.PassUntilAsync(() => Controller.Remote.Calls.Contains("probe db"), TimeSpan.FromMinutes(6), "the refresh");
        await Controller.PassAsync(TimeSpan.FromMinutes(3));
        Edit("edited");

        await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "first", "the repair");

        Assert.Equal(["read db", "probe db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task WrongType_IsToldWithTheRemedy_AndTheSecretIsNotDeleted()
    {
        Controller.ExternalSecret(Labelled);
        await Controller.SyncedAsync();
        int writes = Writes();

        // As if somebody had deleted it and made it anew before anyone could look.
        JsonObject secret = Controller.Secret()!;
        secret["type"] = "example.com/other";
        secret["metadata"]!["uid"] = "another";
        JsonObject other = Controller.Api.Put("secrets", secret.ToJsonString());
        await Controller.ReadyAsync("False");

        Assert.Equal(
            "False SecretSyncedError could not update secret, target is immutable: Secret shop/app: its type is example.com/other and the manifest wants Opaque; "
            + "Kubernetes allows no change of a type: delete the Secret, which is then made again, or set spec.target.template.type to example.com/other",
            Controller.Ready());
        await Controller.PassUntilAsync(
            () => Controller.Events().Any(e => e.StartsWith("Warning UpdateFailed", StringComparison.Ordinal) && e.Contains("example.com/other", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(1),
            "the event");
        await Controller.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(other.ToJsonString(), Controller.Secret()!.ToJsonString());
        Assert.Equal((writes, 0), (Writes(), Controller.Api.Count("delete", "secrets")));

        // The remedy.
        Controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        await Controller.SyncedAsync();
        Assert.Equal(("Opaque", "first"), ((string?)Controller.Secret()!["type"], Controller.Data()!["password"]));

        int Writes() => Controller.Api.Count("patch", "secrets") + Controller.Api.Count("create", "secrets") + Controller.Api.Count("update", "secrets");
    }

    [Fact]
    public async Task TwoWritersThatFight_AreToldOnTheExternalSecret_AndSlowedDown()
    {
        Controller.ExternalSecret(Labelled);
        await Controller.SyncedAsync();
        for (int i = 0; i < 12 && !Controller.Ready().Contains("two writers", StringComparison.Ordinal); i++)
        {
            string mine = $"other {i}";
            Edit(mine);
            await ControllerUnderTest.UntilAsync(() => Controller.Data()!["password"] == "first" || Controller.Ready().Contains("two writers", StringComparison.Ordinal), "the repair or the word");
        }

        Assert.StartsWith("False SecretSyncedError could not update secret: Secret shop/app: two writers want different values: data.password", Controller.Ready());
        Assert.NotEqual("first", Controller.Data()!["password"]);

        // Slowed down, not given up; and peace is told as well.
        await Controller.PassUntilAsync(() => Controller.Data()!["password"] == "first", TimeSpan.FromMinutes(1), "the repair after the wait");
        await Controller.SyncedAsync();
        await Controller.PassUntilAsync(() => Controller.Events().Any(e => e.Contains("two writers", StringComparison.Ordinal)), TimeSpan.FromMinutes(2), "the event");
    }

    [Fact]
    public async Task OrphanThatIsDeleted_ComesBackAtOnce()
    {
        Controller.ExternalSecret("{secretStoreRef: {name: main}, target: {creationPolicy: Orphan}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync();
        Controller.Api.Delete("secrets", ControllerUnderTest.Ns, "app");
        await ControllerUnderTest.UntilAsync(() => Controller.Data()?["password"] == "first", "the Secret again");
    }

    [Fact]
    public async Task TrackingMarksOfArgoAndFlux_AreNeverCopied()
    {
        Controller.Api.Put("externalsecrets", """
            {"metadata":{"namespace":"shop","name":"app","labels":{"argocd.argoproj.io/instance":"a","app.kubernetes.io/instance":"a","kustomize.toolkit.fluxcd.io/name":"f","team":"x"},
              "annotations":{"argocd.argoproj.io/tracking-id":"t","kubectl.kubernetes.io/last-applied-configuration":"{}","note":"n"}},
             "spec":{"secretStoreRef":{"name":"main"},"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}}
            """);
        await Controller.SyncedAsync();
        JsonNode meta = Controller.Secret()!["metadata"]!;
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
        Controller.Remote.Put("b", "two");
        Controller.Api.Put("secrets", """{"metadata":{"namespace":"shop","name":"shared"},"data":{"foreign":"eA=="}}""");
        Controller.ExternalSecret("{secretStoreRef: {name: main}, target: {name: shared, creationPolicy: Merge}, data: [{secretKey: a, remoteRef: {key: db} }]}", "one");
        Controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, target: {name: shared, creationPolicy: Merge}, data: [{secretKey: b, remoteRef: {key: b} }]}", "two");
        await ControllerUnderTest.UntilAsync(() => Controller.Data("shared")!.Count == 3, "the union");

        // One fails, and a new process has resolved neither.
        Controller.Remote.Fail = what => what == "db" ? new Model.SecretsException(Model.FailureReason.AccessDenied, "db", "no", "") : null;
        Controller.Annotate("externalsecrets", "one", "force-sync", "1");
        await Controller.ReadyAsync("False", "one");
        await Controller.RestartAsync();
        Controller.Remote.Put("b", "three");
        await Controller.PassUntilAsync(() => Controller.Data("shared")!["b"] == "three", TimeSpan.FromMinutes(3), "the other's refresh");
        Assert.Equal(("first", "x"), (Controller.Data("shared")!["a"], Controller.Data("shared")!["foreign"]));

        // A key that leaves the manifest leaves the Secret.
        Controller.ExternalSecret("{secretStoreRef: {name: main}, target: {name: shared, creationPolicy: Merge}, data: [{secretKey: c, remoteRef: {key: b} }]}", "two");
        await ControllerUnderTest.UntilAsync(() => string.Join(' ', Controller.Data("shared")!.Keys.Order(StringComparer.Ordinal)) == "a c foreign", "the leaving key");
    }

    private void Edit(string value)
    {
        JsonObject secret = Controller.Secret()!;
        secret["data"]!["password"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(value));
        Controller.Api.Put("secrets", secret.ToJsonString());
    }
}
