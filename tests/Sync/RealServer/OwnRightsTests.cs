using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;
using CsiSecrets.Tests.Sync.BothServers;

namespace CsiSecrets.Tests.Sync.RealServer;

/// <summary>The controller with the rights of its own manifests and no others, on a real API server with RBAC: what they grant is enough, and what they
/// do not grant is told by name.</summary>
public sealed class OwnRightsTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private const string Simple = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private readonly AdminKubectl kubectl = new(server);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Base_IsEnoughForAllOfTheSyncPath()
    {
        await using RealController controller = await StartAsync();
        await controller.PutAsync("ExternalSecret", "app", Simple.Replace("{secretStoreRef", "{target: {name: one}, secretStoreRef", StringComparison.Ordinal));
        await controller.HoldsAsync("one", ("password", "first"));
        await controller.MergeAsync("Secret", "one", """{"data":{"password":"d3Jvbmc=","more":"eA=="}}""");
        await controller.HoldsAsync("one", ("password", "first"));
        await controller.MergeAsync("ExternalSecret", "app", """{"spec":{"target":{"name":"two"}}}""");
        await controller.HoldsAsync("two", ("password", "first"));
        await RealController.UntilAsync(async () => await controller.GetAsync("Secret", "one") is null, static () => "the orphan is removed");
        await controller.EventAsync("Normal Created secret created");

        // The peer's finalizers: on an ExternalSecret, a store, a Namespace.
        await controller.MergeAsync("ExternalSecret", "app", """{"metadata":{"finalizers":["externalsecrets.external-secrets.io/externalsecret-cleanup"]}}""");
        await controller.DeleteAsync("ExternalSecret", "app");
        await RealController.UntilAsync(async () => await controller.GetAsync("ExternalSecret", "app") is null, static () => "the ExternalSecret is gone");
        await controller.PutAsync("SecretStore", "left", RealController.StoreOf());
        await controller.MergeAsync("SecretStore", "left", """{"metadata":{"finalizers":["secretstore.externalsecrets.io/finalizer"]}}""");
        await controller.DeleteAsync("SecretStore", "left");
        await RealController.UntilAsync(async () => await controller.GetAsync("SecretStore", "left") is null, static () => "the store is gone");
        await kubectl.RunAsync("patch", "namespace", controller.Ns, "--type=merge", "-p", """{"metadata":{"labels":{"team":"x"},"finalizers":["externalsecrets.external-secrets.io/ces-copies"]}}""");
        await controller.PutAsync("ClusterExternalSecret", "copies", $"{{externalSecretName: copy, namespaceSelectors: [{{matchLabels: {{team: x}} }}], externalSecretSpec: {Simple}}}");
        await controller.HoldsAsync("copy", ("password", "first"));
        await RealController.UntilAsync(
            async () => !(await kubectl.RunAsync("get", "namespace", controller.Ns, "-o", "jsonpath={.metadata.finalizers}")).Contains("ces-", StringComparison.Ordinal), static () => "the Namespace is free");
        await kubectl.RunAsync("label", "namespace", controller.Ns, "team-");
        await RealController.UntilAsync(async () => await controller.GetAsync("ExternalSecret", "copy") is null, static () => "the copy is removed");

        await kubectl.RunAsync("-n", controller.Ns, "create", "configmap", "texts", "--from-literal=conf=pass={{ .password }}");
        await controller.PutAsync("ExternalSecret", "templated", """
            {secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }],
             target: {deletionPolicy: Delete, template: {templateFrom: [{configMap: {name: texts, items: [{key: conf}]} }]} }, refreshInterval: 1s}
            """);
        await controller.HoldsAsync("templated", ("conf", "pass=first"));
        controller.Delete("db");
        await controller.ReadyAsync("ExternalSecret", "templated", "True SecretDeleted");
        await controller.DeleteAsync("ClusterExternalSecret", "copies");

        // Namespaces of tests before this one are being deleted, and take nothing new.
        Assert.DoesNotContain(controller.Refused, r => r.Contains(controller.Ns, StringComparison.Ordinal) || !r.Contains(" s-", StringComparison.Ordinal));
    }

    /// <summary>A store that refers to a ServiceAccount: the base may not make its token, the Role of the page lets it.</summary>
    [Fact]
    public async Task TokenOfAServiceAccount_IsGrantedByNameAlone()
    {
        await using RealController controller = await StartAsync();
        const string Issuer = "https://kubernetes.default.svc.cluster.local";
        controller.Aws.Seed.Oidc(OidcProvider.FromPem(Issuer, controller.ServiceAccountPublicKey(), "sts.amazonaws.com"));
        Role role = controller.Aws.Seed.Role("reader", PolicyDocument.TrustWebIdentity(Issuer, $"system:serviceaccount:{controller.Ns}:reader"));
        await kubectl.RunAsync("-n", controller.Ns, "create", "serviceaccount", "reader");
        await kubectl.RunAsync("-n", controller.Ns, "annotate", "serviceaccount", "reader", $"eks.amazonaws.com/role-arn={role.Arn}");
        await controller.PutAsync("SecretStore", "irsa", "provider: {aws: {service: SecretsManager, region: us-east-1, auth: {jwt: {serviceAccountRef: {name: reader} } } } }");
        await controller.ReadyAsync("SecretStore", "irsa", "False InvalidProviderConfig");
        string told = await controller.ReadyAsync("SecretStore", "irsa");
        Assert.Contains("serviceaccounts", told, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("reader", told, StringComparison.Ordinal);

        await GrantAsync(controller, "external-secrets-token");

        await controller.PutAsync("ExternalSecret", "app", Simple.Replace("name: main", "name: irsa", StringComparison.Ordinal));
        await controller.HoldsAsync("app", ("password", "first"));
    }

    [Fact]
    public async Task GenericTargets_NeedTheComponentForConfigMaps_AndARoleForACustomResource()
    {
        await using RealController controller = await StartAsync(static c => c.Options.Sync.GenericTargets = true);
        await SampleKind.EnsureAsync(controller.Client);
        string map = Simple.Replace("{secretStoreRef", "{target: {manifest: {apiVersion: v1, kind: ConfigMap} }, secretStoreRef", StringComparison.Ordinal);
        await controller.PutAsync("ExternalSecret", "map", map);
        await RefusedAsync(controller, "map", "configmaps");

        await kubectl.ApplyAsync("controller/rendered/generic-targets.yaml");
        await controller.ReadyAsync("ExternalSecret", "map", "True ResourceSynced");
        Assert.Equal("first", await kubectl.RunAsync("-n", controller.Ns, "get", "configmap", "map", "-o", "jsonpath={.data.password}"));
        await kubectl.RunAsync("-n", controller.Ns, "patch", "configmap", "map", "--type=merge", "-p", """{"data":{"password":"edited","more":"x"}}""");
        await RealController.UntilAsync(
            async () => await kubectl.RunAsync("-n", controller.Ns, "get", "configmap", "map", "-o", "jsonpath={.data}") == """{"password":"first"}""", static () => "the repair");
        await controller.MergeAsync("ExternalSecret", "map", """{"spec":{"target":{"name":"next"}}}""");
        await RealController.UntilAsync(
            async () => await kubectl.RunAsync("-n", controller.Ns, "get", "configmaps", "-o", "jsonpath={.items[*].metadata.name}") == "next", static () => "the rename");

        await controller.PutAsync("ExternalSecret", "app", map.Replace("apiVersion: v1, kind: ConfigMap", "apiVersion: example.com/v1, kind: App", StringComparison.Ordinal));
        await RefusedAsync(controller, "app", "apps.example.com");
        await GrantAsync(controller, "external-secrets-generic-targets");
        await controller.ReadyAsync("ExternalSecret", "app", "True ResourceSynced");
        Assert.Equal("first", await kubectl.RunAsync("-n", controller.Ns, "get", "apps.example.com", "app", "-o", "jsonpath={.spec.data.password}"));
        await kubectl.RunAsync("-n", controller.Ns, "delete", "apps.example.com", "app");
        await RealController.UntilAsync(
            async () => await kubectl.RunAsync("-n", controller.Ns, "get", "apps.example.com", "-o", "jsonpath={.items[*].spec.data.password}") == "first", static () => "it is made again");

        // What was granted for the one kind in the one namespace is no right to another.
        Assert.Equal("no", (await kubectl.TryAsync("auth", "can-i", "list", "apps.example.com", "-n", "default", "--as=system:serviceaccount:external-secrets:external-secrets")).Output.Trim());
    }

    private static Task RefusedAsync(RealController controller, string name, string resource) => RealController.UntilAsync(
        async () => await controller.ReadyAsync("ExternalSecret", name) is { } told && told.StartsWith("False ResourceSyncedError could not get target resource: ", StringComparison.Ordinal)
            && told.Contains($"get, list, watch, create, patch, delete of {resource} by a Role in namespace {controller.Ns}", StringComparison.Ordinal),
        () => $"the refusal of {resource}");

    /// <summary>The Role as docs/controller.md shows it, in the test's namespace, bound to the controller's ServiceAccount.</summary>
    private async Task GrantAsync(RealController controller, string role)
    {
        using var folder = new TemporaryFolder();
        string yaml = DocumentedYaml.Of("docs/controller.md", $"name: {role},").Replace("namespace: shop", $"namespace: {controller.Ns}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["role.yaml"], yaml, Ct);
        await kubectl.RunAsync("apply", "-f", folder["role.yaml"]);
        await kubectl.RunAsync("-n", controller.Ns, "create", "rolebinding", role, $"--role={role}", "--serviceaccount=external-secrets:external-secrets");
    }

    private Task<RealController> StartAsync(Action<RealController>? before = null) => RealController.StartAsync(
        server,
        async c =>
        {
            await kubectl.ApplyAsync("controller/rendered/base.yaml");
            c.Options.LeaderElection = true;
            c.Options.Identity = c.Ns;
            c.Aws.Seed.Secret("db", "first");
            before?.Invoke(c);
            await c.AsItsAccountAsync();
        },
        everywhere: true);
}
