using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Kube;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Sync.Objects;

/// <summary>Targets that are no Secrets, through the real controller.</summary>
public sealed class ObjectTargetTests : IAsyncLifetime
{
    private const string Ns = ControllerUnderTest.Ns;
    private const string Map = "{secretStoreRef: {name: main}, target: {manifest: {apiVersion: v1, kind: ConfigMap} }, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private ControllerUnderTest controller = null!;

    public async ValueTask InitializeAsync()
    {
        controller = await ControllerUnderTest.StartAsync(static c =>
        {
            c.Options.Sync.GenericTargets = true;
            c.Api.Serve(new FakeKubeApiKind("example.com/v1", "apps", "App", true));
            c.Api.Serve(new FakeKubeApiKind("example.com/v1", "worlds", "World", false));
        });
        controller.Remote.Put("db", "first");
    }

    public ValueTask DisposeAsync() => controller.DisposeAsync();

    [Fact]
    public async Task ConfigMap_IsWrittenAndOwned_WithThePeersMarksAndWords()
    {
        controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("True ResourceSynced secret synced");

        JsonObject map = controller.Api.Get("configmaps", Ns, "app")!;
        Assert.Equal("""{"password":"first"}""", map["data"]!.ToJsonString());
        Assert.Equal("true", (string?)map["metadata"]!["labels"]!["reconcile.external-secrets.io/managed"]);
        Assert.Equal(Model.PeerHash.OfText("map[password:first]"), (string?)map["metadata"]!["annotations"]!["reconcile.external-secrets.io/data-hash"]);
        Assert.Equal(("ExternalSecret", "app", true), OwnerOf(map));
        Assert.Null(controller.Secret());
        Assert.Null(controller.Api.Get("externalsecrets", Ns, "app")!["status"]!["binding"]);
        await controller.PassUntilAsync(() => controller.Events().Contains("Normal Created Created ConfigMap app"), TimeSpan.FromSeconds(10), "the event");
        Assert.Equal(1, controller.Api.Count("patch", "configmaps"));
    }

    [Fact]
    public async Task Template_WritesPathsOfACustomResource()
    {
        controller.Put("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              name: one
              manifest: {apiVersion: example.com/v1, kind: App}
              template:
                metadata: {labels: {team: 'x-{{ .password }}'}, annotations: {note: fixed} }
                templateFrom:
                - {target: Spec, literal: 'replicas: 2'}
                - {target: 'spec.hosts[1].name', literal: '{value: {{ .password }}}'}
            """);

        await ReadyAsync("True ResourceSynced");

        JsonObject one = controller.Api.Get("apps", Ns, "one")!;
        Assert.Equal("""{"replicas":2,"hosts":[null,{"name":{"value":"first"}}]}""", one["spec"]!.ToJsonString());
        Assert.Equal("x-first", (string?)one["metadata"]!["labels"]!["team"]);
        Assert.Equal("fixed", (string?)one["metadata"]!["annotations"]!["note"]);
    }

    [Fact]
    public async Task ValueChanges_ObjectFollows_AndAQuietRefreshWritesNothing()
    {
        controller.Put("ExternalSecret", "app", Map.Replace("target:", "refreshInterval: 5m, target:", StringComparison.Ordinal));
        await ReadyAsync("True ResourceSynced");
        await controller.PassUntilAsync(() => controller.Remote.Calls.Contains("probe db"), TimeSpan.FromMinutes(6), "the refresh");
        Assert.Equal(1, controller.Api.Count("patch", "configmaps"));

        controller.Remote.Put("db", "second");

        await controller.PassUntilAsync(() => Data("app") == """{"password":"second"}""", TimeSpan.FromMinutes(6), "the new value");
        await controller.PassUntilAsync(() => controller.Events().Contains("Normal Updated Updated ConfigMap app"), TimeSpan.FromSeconds(10), "the event");
    }

    [Theory]
    [InlineData("""{"data":{"password":"edited"}}""")]
    [InlineData("""{"data":{"more":"x"}}""")]
    [InlineData("""{"data":{"password":null}}""")]
    [InlineData("""{"metadata":{"labels":{"reconcile.external-secrets.io/managed":null}}}""")]
    [InlineData("""{"metadata":{"ownerReferences":null}}""")]
    public async Task EditedObject_IsRepairedAtOnce_WithoutACallToTheProvider(string edit)
    {
        controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        await EditAsync(edit);

        await ControllerUnderTest.UntilAsync(IsWhole, "the repair");
        Assert.Equal(["read db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task DeletedObject_IsMadeAgainAtOnce()
    {
        controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        controller.Api.Delete("configmaps", Ns, "app");

        await ControllerUnderTest.UntilAsync(IsWhole, "the repair");
        Assert.Equal(["read db"], controller.Remote.Calls);
    }

    [Fact]
    public async Task Restart_WritesAndFetchesNothing_AndSeesWhatWasEditedMeanwhile()
    {
        controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");
        int watches = controller.Api.Count("watch", "configmaps");
        await controller.RestartAsync();
        await ControllerUnderTest.UntilAsync(() => controller.Api.Count("watch", "configmaps") > watches, "the watch");
        await controller.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(1, controller.Api.Count("patch", "configmaps"));
        Assert.Equal(["read db"], controller.Remote.Calls);

        await EditAsync("""{"data":{"password":"edited"}}""");

        await ControllerUnderTest.UntilAsync(IsWhole, "the repair");
    }

    [Fact]
    public async Task Merge_AddsToWhatIsThere_AndTwoOfThemDoNotTakeEachOthersFields()
    {
        controller.Api.Put("configmaps", """{"metadata":{"namespace":"shop","name":"shared"},"data":{"old":"stays"}}""");
        foreach (string name in (string[])["one", "two"])
        {
            controller.Put("ExternalSecret", name, $$$"""
                secretStoreRef: {name: main}
                data: [{secretKey: {{{name}}}, remoteRef: {key: db} }]
                target: {name: shared, creationPolicy: Merge, manifest: {apiVersion: v1, kind: ConfigMap} }
                """);
            await controller.ReadyAsync("True ResourceSynced", name);
        }

        await ControllerUnderTest.UntilAsync(() => Data("shared") == """{"old":"stays","one":"first","two":"first"}""", "all three keys");
        Assert.Null(controller.Api.Get("configmaps", Ns, "shared")!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task MergeIntoAList_KeepsItsOtherElements()
    {
        controller.Api.Put("apps", """{"metadata":{"namespace":"shop","name":"one"},"spec":{"hosts":[{"name":"a"},{"name":"b"}]}}""");
        controller.Put("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              name: one
              creationPolicy: Merge
              manifest: {apiVersion: example.com/v1, kind: App}
              template: {templateFrom: [{target: 'spec.hosts[1]', literal: 'key: {{ .password }}'}]}
            """);

        await ReadyAsync("True ResourceSynced");

        Assert.Equal("""[{"name":"a"},{"name":"b","key":"first"}]""", controller.Api.Get("apps", Ns, "one")!["spec"]!["hosts"]!.ToJsonString());
    }

    [Fact]
    public async Task MergeWithoutTarget_SaysThatItIsMissing()
    {
        controller.Put("ExternalSecret", "app", Map.Replace("target: {", "target: {creationPolicy: Merge, ", StringComparison.Ordinal));

        await ReadyAsync("True ResourceMissing resource will not be created due to CreationPolicy=Merge");

        Assert.Null(controller.Api.Get("configmaps", Ns, "app"));
    }

    [Fact]
    public async Task Orphan_HasNoOwner()
    {
        controller.Put("ExternalSecret", "app", Map.Replace("target: {", "target: {creationPolicy: Orphan, ", StringComparison.Ordinal));

        await ReadyAsync("True ResourceSynced");

        Assert.Null(controller.Api.Get("configmaps", Ns, "app")!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task NothingAtTheProvider_DeletesTheObjectUnderDelete()
    {
        string spec = Map.Replace("target: {", "refreshInterval: 1m, target: {deletionPolicy: Delete, ", StringComparison.Ordinal);
        controller.Put("ExternalSecret", "app", spec);
        await ReadyAsync("True ResourceSynced");

        controller.Remote.Remove("db");

        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True ResourceDeleted", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the deletion");
        Assert.Null(controller.Api.Get("configmaps", Ns, "app"));
    }

    [Theory]
    [InlineData("target: {name: other, manifest: {apiVersion: v1, kind: ConfigMap} }")]
    [InlineData("target: {manifest: {apiVersion: example.com/v1, kind: App} }")]
    [InlineData("target: {name: other}")]
    public async Task AnotherTarget_RemovesTheOldOne(string target)
    {
        controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        controller.Put("ExternalSecret", "app", Map.Replace("target: {manifest: {apiVersion: v1, kind: ConfigMap} }", target, StringComparison.Ordinal));
        controller.Annotate("externalsecrets", "app", "force-sync", "1");

        await ControllerUnderTest.UntilAsync(() => controller.Api.Get("configmaps", Ns, "app") is null, "the old one is gone");
    }

    [Theory]
    [InlineData("v1", "Secret", "a Secret is no generic target")]
    [InlineData("v1", "ServiceAccount", "gives rights or identities")]
    [InlineData("rbac.authorization.k8s.io/v1", "RoleBinding", "gives rights or identities")]
    [InlineData("external-secrets.io/v1", "SecretStore", "gives rights or identities")]
    [InlineData("example.com/v1", "World", "is cluster-wide")]
    [InlineData("v1", "Namespace", "is cluster-wide")]
    public async Task ForbiddenKind_IsRefusedByName(string apiVersion, string kind, string why)
    {
        controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", $"apiVersion: {apiVersion}, kind: {kind}", StringComparison.Ordinal));

        await ReadyAsync("False SecretSyncedError invalid generic target: ExternalSecret shop/app: spec.target.manifest: ");

        Assert.Contains(why, controller.Ready(), StringComparison.Ordinal);
        Assert.Empty(controller.Remote.Calls);
    }

    [Theory]
    [InlineData("apiVersion: example.com/v1, kind: Ghost", "could not get target resource: ExternalSecret shop/app: spec.target.manifest: the API server serves no Ghost of example.com/v1")]
    [InlineData("apiVersion: nowhere.example/v1, kind: Ghost", "could not get target resource: ExternalSecret shop/app: spec.target.manifest: the API server serves no Ghost of nowhere.example/v1")]
    [InlineData("apiVersion: ../../api/v1, kind: ConfigMap", "spec.target.manifest.apiVersion: \"../../api/v1\" is no version of an API")]
    [InlineData("apiVersion: v1, kind: 'Config/Map'", "spec.target.manifest.kind: \"Config/Map\" is no kind")]
    public async Task UnknownKind_IsNamed(string manifest, string message)
    {
        controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", manifest, StringComparison.Ordinal));

        await ControllerUnderTest.UntilAsync(() => controller.Ready().Contains(message, StringComparison.Ordinal), message);
    }

    [Fact]
    public async Task KindThatComesLater_IsWrittenThen()
    {
        controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", "apiVersion: late.example/v1, kind: Late", StringComparison.Ordinal));
        await ReadyAsync("False ResourceSyncedError could not get target resource");

        controller.Api.Serve(new FakeKubeApiKind("late.example/v1", "lates", "Late", true));

        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True ResourceSynced", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the sync");
        Assert.Equal("first", (string?)controller.Api.Get("lates", Ns, "app")!["spec"]!["data"]!["password"]);
    }

    [Fact]
    public async Task MissingRights_AreNamed()
    {
        controller.Api.Fault = static route => route is { Resource: "configmaps", Verb: "list" } ? new FakeKubeApiFault { Code = 403 } : null;

        controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("False ResourceSyncedError could not get target resource: ");
        Assert.Contains("get, list, watch, create, patch, delete of configmaps by a Role in namespace shop", controller.Ready(), StringComparison.Ordinal);
        controller.Api.Fault = static _ => null;
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True ResourceSynced", StringComparison.Ordinal), TimeSpan.FromMinutes(1), "the sync");
    }

    [Theory]
    [InlineData("metadata.ownerReferences", "[]", "spec.target.template.templateFrom[0].target")]
    [InlineData("metadata.namespace", "kube-system", "spec.target.template.templateFrom[0].target")]
    [InlineData("metadata", "name: x", "spec.target.template.templateFrom[0].target")]
    [InlineData("kind", "Secret", "spec.target.template.templateFrom[0].target")]
    [InlineData("status.phase", "x", "spec.target.template.templateFrom[0].target")]
    [InlineData("metadata.labels", "[a]", "metadata.labels: the templates made no map of it")]
    [InlineData("metadata.annotations", "{a: [1]}", "metadata.annotations: one of its values is no text")]
    public async Task TemplateThatWritesWhatItMayNot_IsRefused(string path, string literal, string where)
    {
        controller.Put("ExternalSecret", "app", $$$"""
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              manifest: {apiVersion: v1, kind: ConfigMap}
              template: {templateFrom: [{target: '{{{path}}}', literal: '{{{literal}}}'}]}
            """);

        await ControllerUnderTest.UntilAsync(() => controller.Ready().StartsWith("False", StringComparison.Ordinal), "a refusal");
        Assert.Contains(where, controller.Ready(), StringComparison.Ordinal);
        Assert.DoesNotContain(controller.Api.All("configmaps"), static m => (string?)m["metadata"]!["name"] == "app");
    }

    [Fact]
    public async Task OversizedObject_IsRefusedWithoutACall()
    {
        controller.Remote.Put("db", new string('x', 1 << 20));

        controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("False ResourceSyncedError could not apply template to manifest: ConfigMap shop/app: ");
        Assert.Equal(0, controller.Api.Count("patch", "configmaps"));
    }

    [Fact]
    public async Task ObjectOfAnotherController_IsNeverTouched()
    {
        const string owner = """{"metadata":{"namespace":"shop","name":"app","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"u9","controller":true}]},"data":{"a":"b"}}""";
        controller.Api.Put("configmaps", owner);

        controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("False ResourceSyncedError failed to take ownership of target secret: ConfigMap shop/app: Deployment web controls it");
        Assert.Equal("""{"a":"b"}""", Data("app"));
    }

    [Fact]
    public async Task ObjectOfThePeer_BecomesOurs_SoThatAKeyThatLeavesTheManifestGoes()
    {
        controller.Api.Put("apps", """
            {"metadata":{"namespace":"shop","name":"app","labels":{"reconcile.external-secrets.io/managed":"true"},
             "managedFields":[{"manager":"externalsecrets.external-secrets.io/app","operation":"Update","apiVersion":"example.com/v1","fieldsType":"FieldsV1",
              "fieldsV1":{"f:metadata":{"f:labels":{"f:reconcile.external-secrets.io/managed":{}}},"f:spec":{"f:data":{"f:old":{},"f:password":{}}}}}]},
             "spec":{"data":{"old":"x","password":"first"}}}
            """);

        controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", "apiVersion: example.com/v1, kind: App", StringComparison.Ordinal));
        await ReadyAsync("True ResourceSynced");

        Assert.Equal("""{"data":{"password":"first"}}""", controller.Api.Get("apps", Ns, "app")!["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task TwoWritersThatFight_AreToldAndSlowedDown()
    {
        controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");
        for (int n = 0; n < 4; n++)
        {
            await EditAsync($$$"""{"data":{"password":"edit {{{n}}}"}}""");
            await ControllerUnderTest.UntilAsync(() => IsWhole() || controller.Ready().StartsWith("False", StringComparison.Ordinal), "the repair, or its end");
        }

        await ReadyAsync("False ResourceSyncedError could not update secret: ConfigMap shop/app: two writers want different values: data.password");
    }

    [Fact]
    public async Task DeletedExternalSecret_IsNotWatchedForAnyMore()
    {
        controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        controller.Api.Delete("externalsecrets", Ns, "app");
        controller.Put("ExternalSecret", "next", "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync("next");
        controller.Api.Delete("configmaps", Ns, "app");
        await controller.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Null(controller.Api.Get("configmaps", Ns, "app"));
        Assert.Equal(1, controller.Api.Count("watch", "configmaps"));
    }

    private static (string?, string?, bool) OwnerOf(JsonObject one)
    {
        JsonNode owner = one["metadata"]!["ownerReferences"]![0]!;
        return ((string?)owner["kind"], (string?)owner["name"], (bool)owner["controller"]!);
    }

    private string? Data(string name) => controller.Api.Get("configmaps", Ns, name)?["data"]?.ToJsonString();

    private bool IsWhole() => Data("app") == """{"password":"first"}""" && controller.Api.Get("configmaps", Ns, "app")!["metadata"] is { } meta
        && (string?)meta["labels"]?["reconcile.external-secrets.io/managed"] == "true" && meta["ownerReferences"]?[0] is not null;

    private Task ReadyAsync(string beginsWith) => controller.ReadyAsync(beginsWith);

    /// <summary>As kubectl edit does it.</summary>
    private async Task EditAsync(string patch)
    {
        using var http = new KubeHttp(controller.Api.Connection(TimeProvider.System), TimeProvider.System, NullLogger<KubeHttp>.Instance);
        await new KubeClient(http, TimeProvider.System).PatchAsync(
            AnyObject.Type("", "v1", "configmaps", "ConfigMap", true), new ObjectKey(Ns, "app"), PatchKind.Merge, Encoding.UTF8.GetBytes(patch), TestContext.Current.CancellationToken);
    }
}

/// <summary>Without the flag.</summary>
public sealed class DisabledObjectTargetTests
{
    [Fact]
    public async Task GenericTarget_IsRefusedAndNothingIsFetched()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "first");

        controller.Put(
            "ExternalSecret",
            "app",
            "{secretStoreRef: {name: main}, target: {manifest: {apiVersion: v1, kind: ConfigMap} }, data: [{secretKey: password, remoteRef: {key: db} }]}");

        await controller.ReadyAsync("False SecretSyncedError invalid generic target: ExternalSecret shop/app: spec.target.manifest: ");
        Assert.Contains("--unsafe-allow-generic-targets", controller.Ready(), StringComparison.Ordinal);
        Assert.Empty(controller.Remote.Calls);
        Assert.Equal(0, controller.Api.Requests.Count(static r => r.StartsWith("discover", StringComparison.Ordinal)));
    }
}
