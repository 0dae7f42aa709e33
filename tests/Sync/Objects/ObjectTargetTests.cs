using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Sync.Objects;

/// <summary>Targets that are no Secrets, through the real Controller.</summary>
public sealed class ObjectTargetTests : ObjectTargetSetup
{
    [Fact]
    public async Task ConfigMap_IsWrittenAndOwned_WithThePeersMarksAndWords()
    {
        Controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("True ResourceSynced secret synced");

        JsonObject map = Controller.Api.Get("configmaps", Ns, "app")!;
        Assert.Equal("""{"password":"first"}""", map["data"]!.ToJsonString());
        Assert.Equal("true", (string?)map["metadata"]!["labels"]!["reconcile.external-secrets.io/managed"]);
        Assert.Equal(Model.PeerHash.OfText("map[password:first]"), (string?)map["metadata"]!["annotations"]!["reconcile.external-secrets.io/data-hash"]);
        Assert.Equal(("ExternalSecret", "app", true), OwnerOf(map));
        Assert.Null(Controller.Secret());
        Assert.Null(Controller.Api.Get("externalsecrets", Ns, "app")!["status"]!["binding"]);
        await Controller.PassUntilAsync(() => Controller.Events().Contains("Normal Created Created ConfigMap app"), TimeSpan.FromSeconds(10), "the event");
        Assert.Equal(1, Controller.Api.Count("patch", "configmaps"));
    }

    [Fact]
    public async Task Template_WritesPathsOfACustomResource()
    {
        Controller.Put("ExternalSecret", "app", """
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

        JsonObject one = Controller.Api.Get("apps", Ns, "one")!;
        Assert.Equal("""{"replicas":2,"hosts":[null,{"name":{"value":"first"}}]}""", one["spec"]!.ToJsonString());
        Assert.Equal("x-first", (string?)one["metadata"]!["labels"]!["team"]);
        Assert.Equal("fixed", (string?)one["metadata"]!["annotations"]!["note"]);
    }

    [Fact]
    public async Task ValueChanges_ObjectFollows_AndAQuietRefreshWritesNothing()
    {
        Controller.Put("ExternalSecret", "app", Map.Replace("target:", "refreshInterval: 5m, target:", StringComparison.Ordinal));
        await ReadyAsync("True ResourceSynced");
        await Controller.PassUntilAsync(() => Controller.Remote.Calls.Contains("probe db"), TimeSpan.FromMinutes(6), "the refresh");
        Assert.Equal(1, Controller.Api.Count("patch", "configmaps"));

        Controller.Remote.Put("db", "second");

        await Controller.PassUntilAsync(() => Data("app") == """{"password":"second"}""", TimeSpan.FromMinutes(6), "the new value");
        await Controller.PassUntilAsync(() => Controller.Events().Contains("Normal Updated Updated ConfigMap app"), TimeSpan.FromSeconds(10), "the event");
    }

    [Theory]
    [InlineData("""{"data":{"password":"edited"}}""")]
    [InlineData("""{"data":{"more":"x"}}""")]
    [InlineData("""{"data":{"password":null}}""")]
    [InlineData("""{"metadata":{"labels":{"reconcile.external-secrets.io/managed":null}}}""")]
    [InlineData("""{"metadata":{"ownerReferences":null}}""")]
    public async Task EditedObject_IsRepairedAtOnce_WithoutACallToTheProvider(string edit)
    {
        Controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        await EditAsync(edit);

        await ControllerUnderTest.UntilAsync(IsWhole, "the repair");
        Assert.Equal(["read db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task DeletedObject_IsMadeAgainAtOnce()
    {
        Controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        Controller.Api.Delete("configmaps", Ns, "app");

        await ControllerUnderTest.UntilAsync(IsWhole, "the repair");
        Assert.Equal(["read db"], Controller.Remote.Calls);
    }

    [Fact]
    public async Task Restart_WritesAndFetchesNothing_AndSeesWhatWasEditedMeanwhile()
    {
        Controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");
        int watches = Controller.Api.Count("watch", "configmaps");
        await Controller.RestartAsync();
        await ControllerUnderTest.UntilAsync(() => Controller.Api.Count("watch", "configmaps") > watches, "the watch");
        await Controller.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Controller.Api.Count("patch", "configmaps"));
        Assert.Equal(["read db"], Controller.Remote.Calls);

        await EditAsync("""{"data":{"password":"edited"}}""");

        await ControllerUnderTest.UntilAsync(IsWhole, "the repair");
    }

    [Fact]
    public async Task Merge_AddsToWhatIsThere_AndTwoOfThemDoNotTakeEachOthersFields()
    {
        Controller.Api.Put("configmaps", """{"metadata":{"namespace":"shop","name":"shared"},"data":{"old":"stays"}}""");
        foreach (string name in (string[])["one", "two"])
        {
            Controller.Put("ExternalSecret", name, $$$"""
                secretStoreRef: {name: main}
                data: [{secretKey: {{{name}}}, remoteRef: {key: db} }]
                target: {name: shared, creationPolicy: Merge, manifest: {apiVersion: v1, kind: ConfigMap} }
                """);
            await Controller.ReadyAsync("True ResourceSynced", name);
        }

        await ControllerUnderTest.UntilAsync(() => Data("shared") == """{"old":"stays","one":"first","two":"first"}""", "all three keys");
        Assert.Null(Controller.Api.Get("configmaps", Ns, "shared")!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task MergeIntoAList_KeepsItsOtherElements()
    {
        Controller.Api.Put("apps", """{"metadata":{"namespace":"shop","name":"one"},"spec":{"hosts":[{"name":"a"},{"name":"b"}]}}""");
        Controller.Put("ExternalSecret", "app", """
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              name: one
              creationPolicy: Merge
              manifest: {apiVersion: example.com/v1, kind: App}
              template: {templateFrom: [{target: 'spec.hosts[1]', literal: 'key: {{ .password }}'}]}
            """);

        await ReadyAsync("True ResourceSynced");

        Assert.Equal("""[{"name":"a"},{"name":"b","key":"first"}]""", Controller.Api.Get("apps", Ns, "one")!["spec"]!["hosts"]!.ToJsonString());
    }

    [Fact]
    public async Task MergeWithoutTarget_SaysThatItIsMissing()
    {
        Controller.Put("ExternalSecret", "app", Map.Replace("target: {", "target: {creationPolicy: Merge, ", StringComparison.Ordinal));

        await ReadyAsync("True ResourceMissing resource will not be created due to CreationPolicy=Merge");

        Assert.Null(Controller.Api.Get("configmaps", Ns, "app"));
    }

    [Fact]
    public async Task Orphan_HasNoOwner()
    {
        Controller.Put("ExternalSecret", "app", Map.Replace("target: {", "target: {creationPolicy: Orphan, ", StringComparison.Ordinal));

        await ReadyAsync("True ResourceSynced");

        Assert.Null(Controller.Api.Get("configmaps", Ns, "app")!["metadata"]!["ownerReferences"]);
    }

    [Fact]
    public async Task NothingAtTheProvider_DeletesTheObjectUnderDelete()
    {
        string spec = Map.Replace("target: {", "refreshInterval: 1m, target: {deletionPolicy: Delete, ", StringComparison.Ordinal);
        Controller.Put("ExternalSecret", "app", spec);
        await ReadyAsync("True ResourceSynced");

        Controller.Remote.Remove("db");

        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("True ResourceDeleted", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the deletion");
        Assert.Null(Controller.Api.Get("configmaps", Ns, "app"));
    }

    [Theory]
    [InlineData("target: {name: other, manifest: {apiVersion: v1, kind: ConfigMap} }")]
    [InlineData("target: {manifest: {apiVersion: example.com/v1, kind: App} }")]
    [InlineData("target: {name: other}")]
    public async Task AnotherTarget_RemovesTheOldOne(string target)
    {
        Controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        Controller.Put("ExternalSecret", "app", Map.Replace("target: {manifest: {apiVersion: v1, kind: ConfigMap} }", target, StringComparison.Ordinal));
        Controller.Annotate("externalsecrets", "app", "force-sync", "1");

        await ControllerUnderTest.UntilAsync(() => Controller.Api.Get("configmaps", Ns, "app") is null, "the old one is gone");
    }

    [Fact]
    public async Task ObjectOfThePeer_BecomesOurs_SoThatAKeyThatLeavesTheManifestGoes()
    {
        Controller.Api.Put("apps", """
            {"metadata":{"namespace":"shop","name":"app","labels":{"reconcile.external-secrets.io/managed":"true"},
             "managedFields":[{"manager":"externalsecrets.external-secrets.io/app","operation":"Update","apiVersion":"example.com/v1","fieldsType":"FieldsV1",
              "fieldsV1":{"f:metadata":{"f:labels":{"f:reconcile.external-secrets.io/managed":{}}},"f:spec":{"f:data":{"f:old":{},"f:password":{}}}}}]},
             "spec":{"data":{"old":"x","password":"first"}}}
            """);

        Controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", "apiVersion: example.com/v1, kind: App", StringComparison.Ordinal));
        await ReadyAsync("True ResourceSynced");

        Assert.Equal("""{"data":{"password":"first"}}""", Controller.Api.Get("apps", Ns, "app")!["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task TwoWritersThatFight_AreToldAndSlowedDown()
    {
        Controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");
        for (int n = 0; n < 4; n++)
        {
            await EditAsync($$$"""{"data":{"password":"edit {{{n}}}"}}""");
            await ControllerUnderTest.UntilAsync(() => IsWhole() || Controller.Ready().StartsWith("False", StringComparison.Ordinal), "the repair, or its end");
        }

        await ReadyAsync("False ResourceSyncedError could not update secret: ConfigMap shop/app: two writers want different values: data.password");
    }

    [Fact]
    public async Task DeletedExternalSecret_IsNotWatchedForAnyMore()
    {
        Controller.Put("ExternalSecret", "app", Map);
        await ReadyAsync("True ResourceSynced");

        Controller.Api.Delete("externalsecrets", Ns, "app");
        Controller.Put("ExternalSecret", "next", "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await Controller.SyncedAsync("next");
        Controller.Api.Delete("configmaps", Ns, "app");
        await Controller.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Null(Controller.Api.Get("configmaps", Ns, "app"));
        Assert.Equal(1, Controller.Api.Count("watch", "configmaps"));
    }

    private static (string?, string?, bool) OwnerOf(JsonObject one)
    {
        JsonNode owner = one["metadata"]!["ownerReferences"]![0]!;
        return ((string?)owner["kind"], (string?)owner["name"], (bool)owner["controller"]!);
    }

    private bool IsWhole() => Data("app") == """{"password":"first"}""" && Controller.Api.Get("configmaps", Ns, "app")!["metadata"] is { } meta
        && (string?)meta["labels"]?["reconcile.external-secrets.io/managed"] == "true" && meta["ownerReferences"]?[0] is not null;

    /// <summary>As kubectl edit does it.</summary>
    private async Task EditAsync(string patch)
    {
        using var http = new KubeHttp(Controller.Api.Connection(TimeProvider.System), TimeProvider.System, NullLogger<KubeHttp>.Instance);
        await new KubeClient(http, TimeProvider.System).PatchAsync(
            AnyObject.Type("", "v1", "configmaps", "ConfigMap", true), new ObjectKey(Ns, "app"), PatchKind.Merge, Encoding.UTF8.GetBytes(patch), TestContext.Current.CancellationToken);
    }
}
