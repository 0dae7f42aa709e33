using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Kubernetes;
using CsiSecrets.Providers.Stores;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Providers.Kubernetes;

public sealed class KubernetesStoreProviderTests : IDisposable
{
    private const string TokenAuth = """{"remoteNamespace": "remote", "auth": {"token": {"bearerToken": {"name": "login", "key": "token"}}}}""";
    private static readonly string Pem = Convert.ToBase64String(Encoding.UTF8.GetBytes("pem"));
    private readonly ClusterInMemory cluster = new();
    private readonly SecretReferences references;
    private readonly KubernetesStoreProvider provider;

    public KubernetesStoreProviderTests()
    {
        references = new SecretReferences(cluster.Access, new FakeTimeProvider());
        provider = new KubernetesStoreProvider(cluster.Access, references, new byte[32]);
        cluster.Put("shop", "login", ("token", "t1"));
        cluster.Put("bank", "login", ("token", "t2"));
        cluster.Put("remote", "db", ("user", "u"), ("conf.json", """{"a":{"b":"dotted key"}}"""), ("json", """{"a":{"b":"nested"},"n":1}"""));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => references.Dispose();

    [Fact]
    public async Task Data_PropertyIsAKeyThenAPathIntoItsJson()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        (SecretRequest request, SecretBytes content) = await ReadAsync(plan, access, new RemoteSecret("db", "", false));
        Assert.Equal("u", provider.Select(request, content, "user").Text());
        Assert.Equal("""{"a":{"b":"dotted key"}}""", provider.Select(request, content, "conf.json").Text());
        Assert.Equal("nested", provider.Select(request, content, "json.a.b").Text());
        Assert.Null(provider.Select(request, content, "nope"));
        Assert.Null(provider.Select(request, content, "json.a.nope"));
        Assert.Equal("""{"conf.json":"{\"a\":{\"b\":\"dotted key\"}}","json":"{\"a\":{\"b\":\"nested\"},\"n\":1}","user":"u"}""", provider.Select(request, content, "").Text());
    }

    [Fact]
    public async Task Extract_AllKeysWithTheirBytes()
    {
        cluster.Put("remote", "raw", [], [("bin", [0, 255, 128]), ("text", "t"u8.ToArray())]);
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        (SecretRequest request, SecretBytes content) = await ReadAsync(plan, access, new RemoteSecret("raw", "", false));
        using SecretSet keys = provider.Extract(request, content, "");
        Assert.Equal([0, 255, 128], keys.Find("bin")!.Span.ToArray());
        (request, content) = await ReadAsync(plan, access, new RemoteSecret("db", "", false));
        Assert.Equal([("a", """{"b":"nested"}"""), ("n", "1")], provider.Extract(request, content, "json").Pairs());
        Assert.Equal(FailureReason.ValueInvalid, Assert.Throws<SecretsException>(() => provider.Extract(request, content, "user")).Reason);
    }

    [Fact]
    public async Task MetadataPolicyFetch_LabelsAndAnnotations()
    {
        cluster.Put("remote", "tagged", [("app.kubernetes.io/name", "web")], [("k", "v"u8.ToArray())]);
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        (SecretRequest request, SecretBytes content) = await ReadAsync(plan, access, new RemoteSecret("tagged", "", true));
        Assert.Equal("""{"annotations":{"note":"a & b"},"labels":{"app.kubernetes.io/name":"web"}}""", provider.Select(request, content, "").Text());
        Assert.Equal("web", provider.Select(request, content, "labels.app.kubernetes.io/name").Text());
        Assert.Equal("""{"note":"a & b"}""", provider.Select(request, content, "annotations").Text());
        Assert.Equal(["annotations", "labels"], provider.Extract(request, content, "").Names);
        Assert.Equal([("note", "a & b")], provider.Extract(request, content, "annotations").Pairs());
    }

    [Fact]
    public async Task Fetch_AbsentSecret_IsAbsenceHoweverItIsAskedFor()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        IReadOnlyList<FetchResult> results = await provider.ReadAsync(plan, access, new RemoteSecret("nope", "", false), new RemoteSecret("nope", "", true));
        Assert.All(results, r => Assert.Equal(FailureReason.SecretNotFound, Assert.IsType<FetchResult.Missing>(r).Why.Reason));
    }

    [Fact]
    public async Task Fetch_KnownVersion_IsUnchangedUntilTheSecretChanges()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        SecretRequest request = provider.Plan(plan, new RemoteSecret("db", "", false));
        string version = ((FetchResult.Value)(await provider.FetchAsync(access, [new FetchItem(request, null)], Stop))[0]).Version;
        Assert.IsType<FetchResult.Unchanged>((await provider.FetchAsync(access, [new FetchItem(request, version)], Stop))[0]);
        cluster.Put("remote", "db", ("user", "v"));
        Assert.IsType<FetchResult.Value>((await provider.FetchAsync(access, [new FetchItem(request, version)], Stop))[0]);
    }

    [Theory]
    [InlineData(nameof(FailureReason.KubernetesDenied), nameof(FailureReason.AccessDenied))]
    [InlineData(nameof(FailureReason.KubernetesUnavailable), nameof(FailureReason.ProviderUnavailable))]
    public async Task Fetch_ServerRefusesOrIsAway_IsNeverAbsence(string reason, string told)
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        cluster.Fail = new SecretsException(Enum.Parse<FailureReason>(reason), "get Secret remote/db", "no", "grant it");
        SecretsException why = Assert.IsType<FetchResult.Failed>((await provider.ReadAsync(plan, access, new RemoteSecret("db", "", false)))[0]).Why;
        Assert.Equal(told, why.Reason.ToString());
        Assert.Equal("Secret remote/db at kubernetes.default: get Secret remote/db: no: grant it", why.Message);
    }

    [Fact]
    public async Task Find_ByNameAndLabels_WholeSecretsAsJson()
    {
        cluster.Put("remote", "db-2", [("team", "blue")], [("k", "v"u8.ToArray())]);
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        IReadOnlyList<FoundSecret> byName = await provider.FindAsync(plan, access, StoreManifests.Find("^db"), Stop);
        Assert.Equal(["db", "db-2"], byName.Select(f => f.Name));
        Assert.Equal("""{"k":"v"}""", byName[1].Content!.Content.Text());
        FetchResult read = (await provider.FetchAsync(access, [new FetchItem(byName[1].Request, null)], Stop))[0];
        Assert.Equal("""{"k":"v"}""", Assert.IsType<FetchResult.Value>(read).Content.Text());
        Assert.Equal("db-2", Assert.Single(await provider.FindAsync(plan, access, StoreManifests.Find(tags: ("team", "blue")), Stop)).Name);
        Assert.Empty(await provider.FindAsync(plan, access, StoreManifests.Find("^db$", null, ("team", "blue")), Stop));
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(
            () => provider.FindAsync(plan, access, StoreManifests.Find(tags: ("team", "blue,other=x")), Stop));
        Assert.Equal(FailureReason.ExternalSecretInvalid, why.Reason);
    }

    [Fact]
    public async Task Validate_AsksWhetherSecretsMayBeRead()
    {
        (StorePlan plan, ProviderAccess access) = await OpenAsync(TokenAuth);
        await provider.ValidateAsync(plan, access, Stop);
        cluster.MayRead = false;
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => provider.ValidateAsync(plan, access, Stop));
        Assert.Contains("client is not allowed to get secrets", why.Message, StringComparison.Ordinal);
        StorePlan referent = provider.ReadStore(StoreManifests.ClusterStore(TokenAuth));
        await provider.ValidateAsync(referent, await provider.OpenAsync(referent, new StoreCaller.Controller(""), Stop), Stop);
    }

    [Fact]
    public async Task Open_EachPartOfIdentity_ChangesTheKey()
    {
        cluster.Put("shop", "pair", ("crt", "c"), ("key", "k"));
        cluster.Put("shop", "config", ("config", Config("{token: x}")), ("other", Config("{token: y}")));
        string[] stores =
        [
            TokenAuth,
            TokenAuth.Replace("\"remote\"", "\"elsewhere\"", StringComparison.Ordinal),
            """{"remoteNamespace": "remote"}""",
            """{"remoteNamespace": "remote", "server": {"url": "https://other:6443"}, "auth": {"token": {"bearerToken": {"name": "login", "key": "token"}}}}""",
            """{"remoteNamespace": "remote", "server": {"caBundle": "YQ=="}, "auth": {"token": {"bearerToken": {"name": "login", "key": "token"}}}}""",
            """{"remoteNamespace": "remote", "server": {"caProvider": {"type": "ConfigMap", "name": "ca", "key": "k"}}, "auth": {"token": {"bearerToken": {"name": "login", "key": "token"}}}}""",
            """{"remoteNamespace": "remote", "auth": {"cert": {"clientCert": {"name": "pair", "key": "crt"}, "clientKey": {"name": "pair", "key": "key"}}}}""",
            """{"remoteNamespace": "remote", "auth": {"serviceAccount": {"name": "reader"}}}""",
            """{"remoteNamespace": "remote", "auth": {"serviceAccount": {"name": "reader", "audiences": ["x"]}}}""",
            """{"remoteNamespace": "remote", "authRef": {"name": "config", "key": "config"}}""",
            """{"remoteNamespace": "remote", "authRef": {"name": "config", "key": "other"}}""",
        ];
        var keys = new List<string>();
        foreach (string store in stores)
        {
            keys.Add((await OpenAsync(store)).Access.Key);
        }

        StorePlan referent = provider.ReadStore(StoreManifests.ClusterStore(TokenAuth));
        keys.Add((await provider.OpenAsync(referent, new StoreCaller.Controller("bank"), Stop)).Key);
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(keys[0], (await provider.OpenAsync(referent, new StoreCaller.Controller("shop"), Stop)).Key);
        Assert.Equal("pem of shop/ca/k", cluster.Targets[5].Authorities);
        Assert.Equal("token of shop/reader", (await cluster.Targets[7].Token!(Stop)).Value.Text());
    }

    [Theory]
    [InlineData("{exec: {command: /bin/sh}}", "exec")]
    [InlineData("{tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}", "tokenFile")]
    [InlineData("{client-certificate: /etc/x}", "client-certificate")]
    [InlineData("{auth-provider: {name: gcp}}", "auth-provider")]
    public async Task Open_KubeconfigThatWouldRunOrReadSomethingHere_IsRefused(string user, string member)
    {
        cluster.Put("shop", "config", ("config", Config(user)));
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => OpenAsync("""{"authRef": {"name": "config", "key": "config"}}"""));
        Assert.Equal(FailureReason.StoreInvalid, why.Reason);
        Assert.Contains($"authRef: Secret shop/config: config: it has {member}", why.Message, StringComparison.Ordinal);
        Assert.Empty(cluster.Targets);
    }

    [Fact]
    public async Task Open_BrokenKubeconfig_TellsNothingOfIt()
    {
        foreach (string text in (string[])["marker-value: [", "{}", "marker-value"])
        {
            cluster.Put("shop", "config" + text.Length, ("config", text));
            SecretsException why = await Assert.ThrowsAsync<SecretsException>(
                () => OpenAsync($$$"""{"authRef": {"name": "config{{{text.Length}}}", "key": "config"}}"""));
            Assert.DoesNotContain("marker-value", why.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_ForAPod_IsRefused()
    {
        StorePlan plan = provider.ReadStore(StoreManifests.Store(TokenAuth));
        var pod = new StoreCaller.Pod(new AccessRequest
        {
            Pod = new PodIdentity { Namespace = "shop", PodName = "p", PodUid = "u", ServiceAccount = "s" },
            Tokens = PodTokens.None,
            NodePublishSecrets = new Dictionary<string, SecretBytes>(),
            IdentityMaxAge = TimeSpan.Zero,
        });
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => provider.OpenAsync(plan, pod, Stop));
        Assert.Equal(FailureReason.Unsupported, why.Reason);
    }

    [Theory]
    [InlineData("""{"server": {"url": "ftp://x"}}""", "server.url: must be the address")]
    [InlineData("""{"server": {"caBundle": "-"}}""", "server.caBundle: must be base64")]
    [InlineData("""{"server": {"caProvider": {"type": "File", "name": "a", "key": "b"}}}""", "server.caProvider.type: must be Secret or ConfigMap")]
    [InlineData("""{"auth": {}}""", "auth: must have exactly one of")]
    [InlineData("""{"auth": {"token": {}}}""", "auth.token.bearerToken: must be set")]
    [InlineData("""{"auth": {"token": {"bearerToken": {"name": "a"}}}}""", "auth.token.bearerToken.key: must be set")]
    [InlineData("""{"auth": {"serviceAccount": {"name": "a", "namespace": "bank"}}}""", "auth.serviceAccount.namespace: must be empty or shop")]
    public void ReadStore_WrongField_IsNamed(string settings, string error)
    {
        SecretsException why = Assert.Throws<SecretsException>(() => provider.ReadStore(StoreManifests.Store(settings)));
        Assert.Equal(FailureReason.StoreInvalid, why.Reason);
        Assert.Contains("spec.provider.kubernetes." + error, why.Message, StringComparison.Ordinal);
    }

    private static string Config(string user) => $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://remote:6443", certificate-authority-data: {{{Pem}}} }}]
        users: [{name: u, user: {{{user}}} }]
        """;

    private async Task<(StorePlan Plan, ProviderAccess Access)> OpenAsync(string settings)
    {
        StorePlan plan = provider.ReadStore(StoreManifests.Store(settings));
        return (plan, await provider.OpenAsync(plan, new StoreCaller.Controller("shop"), Stop));
    }

    private async Task<(SecretRequest Request, SecretBytes Content)> ReadAsync(StorePlan plan, ProviderAccess access, RemoteSecret remote)
    {
        FetchResult read = (await provider.ReadAsync(plan, access, remote))[0];
        return (provider.Plan(plan, remote), Assert.IsType<FetchResult.Value>(read).Content);
    }
}
