using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Hosting;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Kubernetes;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Kube;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Providers.Kubernetes;

/// <summary>The provider against an API server that is not ours, by every auth.</summary>
public sealed class RealClusterTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private static readonly ResourceType<AnyObject> Secrets = AnyObject.Type("", "v1", "secrets", "Secret", true);
    private static readonly ResourceType<AnyObject> Roles = AnyObject.Type("rbac.authorization.k8s.io", "v1", "roles", "Role", true);
    private static readonly ResourceType<AnyObject> Bindings = AnyObject.Type("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryAuth_ReadsFindsAndIsValidated()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        string ca = await File.ReadAllTextAsync(Path.Combine(server.Pki, "ca.crt"), Ct);
        using KubeHttp http = Admin();
        var admin = new KubeClient(http, TimeProvider.System);
        await SeedAsync(admin, ca);
        using var remotes = new RemoteClusters(TimeProvider.System, NullLoggerFactory.Instance);
        ClusterAccess cluster = ControllerAccess.Of(admin, remotes, TimeProvider.System);
        using var references = new SecretReferences(cluster, TimeProvider.System);
        var provider = new KubernetesStoreProvider(cluster, references, new byte[32]);
        string place = $$$"""
            "server": {"url": "{{{server.Server}}}", "caProvider": {"type": "Secret", "name": "login", "key": "ca", "namespace": "default"}}
            """;
        string[] auths =
        [
            """ "auth": {"serviceAccount": {"name": "reader", "namespace": "default"}} """,
            """ "auth": {"token": {"bearerToken": {"name": "login", "key": "token", "namespace": "default"}}} """,
            """ "auth": {"cert": {"clientCert": {"name": "login", "key": "crt", "namespace": "default"}, "clientKey": {"name": "login", "key": "key", "namespace": "default"}}} """,
            """ "authRef": {"name": "login", "key": "config", "namespace": "default"} """,
        ];
        foreach (string auth in auths)
        {
            StorePlan plan = provider.ReadStore(StoreManifests.ClusterStore($"{{{place}, {auth}}}"));
            ProviderAccess access = await provider.OpenAsync(plan, new StoreCaller.Controller("shop"), Ct);
            await UntilAllowedAsync(() => provider.ValidateAsync(plan, access, Ct));
            FetchResult read = (await provider.ReadAsync(plan, access, new RemoteSecret("db", "", false)))[0];
            Assert.Equal("u", provider.Select(provider.Plan(plan, new RemoteSecret("db", "", false)), Assert.IsType<FetchResult.Value>(read).Content, "user").Text());
            FoundSecret found = Assert.Single(await provider.FindAsync(plan, access, StoreManifests.Find("^d", null, ("team", "blue")), Ct));
            Assert.Equal(("db", """{"user":"u"}"""), (found.Name, found.Content!.Content.Text()));
            Assert.IsType<FetchResult.Missing>((await provider.ReadAsync(plan, access, new RemoteSecret("nope", "", false)))[0]);
        }

        StorePlan elsewhere = provider.ReadStore(StoreManifests.ClusterStore($"{{{place}, {auths[0]}, \"remoteNamespace\": \"kube-system\"}}"));
        ProviderAccess denied = await provider.OpenAsync(elsewhere, new StoreCaller.Controller("shop"), Ct);
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => provider.ValidateAsync(elsewhere, denied, Ct));
        Assert.Contains("client is not allowed to get secrets", why.Message, StringComparison.Ordinal);
        Assert.Equal(
            FailureReason.AccessDenied,
            Assert.IsType<FetchResult.Failed>((await provider.ReadAsync(elsewhere, denied, new RemoteSecret("db", "", false)))[0]).Why.Reason);
    }

    private async Task SeedAsync(KubeClient admin, string ca)
    {
        await admin.CreateAsync(ResourceTypes.ServiceAccounts, new ServiceAccount { Metadata = new ObjectMeta { Namespace = "default", Name = "reader" } }, Ct);
        await admin.CreateAsync(Roles, AnyObject.Of("default", "reader", """{"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get","list"]}]}"""), Ct);
        await admin.CreateAsync(
            Bindings,
            AnyObject.Of("default", "reader", """
                {"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"reader"},
                 "subjects":[{"kind":"ServiceAccount","namespace":"default","name":"reader"}]}
                """),
            Ct);
        TokenRequestStatus? token = await admin.CreateTokenAsync(new ObjectKey("default", "reader"), new TokenRequestSpec { ExpirationSeconds = 600 }, Ct);
        string config = $$$"""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "{{{server.Server}}}", certificate-authority-data: {{{Base64(ca)}}} }}]
            users: [{name: u, user: {token: {{{token!.Token}}} }}]
            """;
        string File(string name) => Base64(System.IO.File.ReadAllText(Path.Combine(server.Pki, name)));
        await admin.CreateAsync(Secrets, AnyObject.Of("default", "login", $$"""
            {"data":{"token":"{{Base64(token.Token)}}","ca":"{{Base64(ca)}}","crt":"{{File("admin.crt")}}","key":"{{File("admin.key")}}","config":"{{Base64(config)}}"} }
            """), Ct);
        AnyObject db = AnyObject.Of("default", "db", """{"data":{"user":"dQ=="}}""");
        await admin.CreateAsync(Secrets, db with { Metadata = db.Metadata with { Labels = new Dictionary<string, string> { ["team"] = "blue" } } }, Ct);
    }

    /// <summary>The server's authorizer learns of a binding by a watch of its own.</summary>
    private static async Task UntilAllowedAsync(Func<Task> call)
    {
        for (int left = 100; ; left--)
        {
            try
            {
                await call();
                return;
            }
            catch (SecretsException e) when (left > 0 && e.Reason == FailureReason.StoreInvalid)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
            }
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private KubeHttp Admin()
    {
        string config = $$$"""
            {"clusters":[{"name":"c","cluster":{"server":"{{{server.Server}}}","certificate-authority":"ca.crt"}}],
             "users":[{"name":"u","user":{"client-certificate":"admin.crt","client-key":"admin.key"}}],
             "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
            """;
        var file = new KubeConfigFile(Path.Combine(server.Pki, "kubeconfig"), JsonNode.Parse(config)!, TimeProvider.System);
        return new KubeHttp(file.Connect(""), TimeProvider.System, NullLogger<KubeHttp>.Instance);
    }
}
