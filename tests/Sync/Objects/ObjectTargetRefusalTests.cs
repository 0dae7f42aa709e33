using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Sync.Objects;

/// <summary>Targets that may not be, or cannot be: what is said of them, and that nothing is written.</summary>
public sealed class ObjectTargetRefusalTests : ObjectTargetSetup
{
    [Theory]
    [InlineData("v1", "Secret", "a Secret is no generic target")]
    [InlineData("v1", "ServiceAccount", "gives rights or identities")]
    [InlineData("rbac.authorization.k8s.io/v1", "RoleBinding", "gives rights or identities")]
    [InlineData("external-secrets.io/v1", "SecretStore", "gives rights or identities")]
    [InlineData("example.com/v1", "World", "is cluster-wide")]
    [InlineData("v1", "Namespace", "is cluster-wide")]
    public async Task ForbiddenKind_IsRefusedByName(string apiVersion, string kind, string why)
    {
        Controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", $"apiVersion: {apiVersion}, kind: {kind}", StringComparison.Ordinal));

        await ReadyAsync("False SecretSyncedError invalid generic target: ExternalSecret shop/app: spec.target.manifest: ");

        Assert.Contains(why, Controller.Ready(), StringComparison.Ordinal);
        Assert.Empty(Controller.Remote.Calls);
    }

    [Theory]
    [InlineData("apiVersion: example.com/v1, kind: Ghost", "could not get target resource: ExternalSecret shop/app: spec.target.manifest: the API server serves no Ghost of example.com/v1")]
    [InlineData("apiVersion: nowhere.example/v1, kind: Ghost", "could not get target resource: ExternalSecret shop/app: spec.target.manifest: the API server serves no Ghost of nowhere.example/v1")]
    [InlineData("apiVersion: ../../api/v1, kind: ConfigMap", "spec.target.manifest.apiVersion: \"../../api/v1\" is no version of an API")]
    [InlineData("apiVersion: v1, kind: 'Config/Map'", "spec.target.manifest.kind: \"Config/Map\" is no kind")]
    public async Task UnknownKind_IsNamed(string manifest, string message)
    {
        Controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", manifest, StringComparison.Ordinal));

        await ControllerUnderTest.UntilAsync(() => Controller.Ready().Contains(message, StringComparison.Ordinal), message);
    }

    [Fact]
    public async Task KindThatComesLater_IsWrittenThen()
    {
        Controller.Put("ExternalSecret", "app", Map.Replace("apiVersion: v1, kind: ConfigMap", "apiVersion: late.example/v1, kind: Late", StringComparison.Ordinal));
        await ReadyAsync("False ResourceSyncedError could not get target resource");

        Controller.Api.Serve(new FakeKubeApiKind("late.example/v1", "lates", "Late", true));

        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("True ResourceSynced", StringComparison.Ordinal), TimeSpan.FromMinutes(2), "the sync");
        Assert.Equal("first", (string?)Controller.Api.Get("lates", Ns, "app")!["spec"]!["data"]!["password"]);
    }

    [Fact]
    public async Task MissingRights_AreNamed()
    {
        Controller.Api.Fault = static route => route is { Resource: "configmaps", Verb: "list" } ? new FakeKubeApiFault { Code = 403 } : null;

        Controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("False ResourceSyncedError could not get target resource: ");
        Assert.Contains("get, list, watch, create, patch, delete of configmaps by a Role in namespace shop", Controller.Ready(), StringComparison.Ordinal);
        Controller.Api.Fault = static _ => null;
        await Controller.PassUntilAsync(() => Controller.Ready().StartsWith("True ResourceSynced", StringComparison.Ordinal), TimeSpan.FromMinutes(1), "the sync");
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
        Controller.Put("ExternalSecret", "app", $$$"""
            secretStoreRef: {name: main}
            data: [{secretKey: password, remoteRef: {key: db} }]
            target:
              manifest: {apiVersion: v1, kind: ConfigMap}
              template: {templateFrom: [{target: '{{{path}}}', literal: '{{{literal}}}'}]}
            """);

        await ControllerUnderTest.UntilAsync(() => Controller.Ready().StartsWith("False", StringComparison.Ordinal), "a refusal");
        Assert.Contains(where, Controller.Ready(), StringComparison.Ordinal);
        Assert.DoesNotContain(Controller.Api.All("configmaps"), static m => (string?)m["metadata"]!["name"] == "app");
    }

    [Fact]
    public async Task OversizedObject_IsRefusedWithoutACall()
    {
        Controller.Remote.Put("db", new string('x', 1 << 20));

        Controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("False ResourceSyncedError could not apply template to manifest: ConfigMap shop/app: ");
        Assert.Equal(0, Controller.Api.Count("patch", "configmaps"));
    }

    [Fact]
    public async Task ObjectOfAnotherController_IsNeverTouched()
    {
        const string owner = """{"metadata":{"namespace":"shop","name":"app","ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"u9","controller":true}]},"data":{"a":"b"}}""";
        Controller.Api.Put("configmaps", owner);

        Controller.Put("ExternalSecret", "app", Map);

        await ReadyAsync("False ResourceSyncedError failed to take ownership of target secret: ConfigMap shop/app: Deployment web controls it");
        Assert.Equal("""{"a":"b"}""", Data("app"));
    }
}
