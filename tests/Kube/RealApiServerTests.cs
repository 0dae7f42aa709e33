using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

/// <summary>The client against a server that is not ours.</summary>
public sealed class RealApiServerTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private static readonly ResourceType<AnyObject> ConfigMaps = AnyObject.Type("", "v1", "configmaps", "ConfigMap", true);
    private static readonly ResourceType<AnyObject> Bindings =
        AnyObject.Type("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false);

    private static readonly ResourceType<AnyObject> Roles =
        AnyObject.Type("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClientCertificate_CreateGetReplaceConflictDelete_AnswerAsPromised()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);
        AnyObject made = await client.CreateAsync(ConfigMaps, AnyObject.Of("default", "one", """{"data":{"a":"1"}}"""), Ct);

        SecretsException again = await Assert.ThrowsAsync<SecretsException>(() => client.CreateAsync(ConfigMaps, made with { Metadata = Named("one") }, Ct));
        AnyObject? replaced = await client.ReplaceAsync(ConfigMaps, made with { Rest = AnyObject.Of("", "", """{"data":{"a":"2"}}""").Rest }, Ct);
        SecretsException stale = await Assert.ThrowsAsync<SecretsException>(() => client.ReplaceAsync(ConfigMaps, made, Ct));
        AnyObject? read = await client.GetAsync(ConfigMaps, made.Key, Ct);

        Assert.NotEmpty(made.Metadata.Uid);
        Assert.Equal(FailureReason.KubernetesConflict, again.Reason);
        Assert.Equal(FailureReason.KubernetesConflict, stale.Reason);
        Assert.Equal(replaced?.Metadata.ResourceVersion, read?.Metadata.ResourceVersion);
        Assert.Equal("2", read?.Rest?["data"].GetProperty("a").GetString());
        Assert.True(await client.DeleteAsync(ConfigMaps, made.Key, Ct));
        Assert.False(await client.DeleteAsync(ConfigMaps, made.Key, Ct));
        Assert.Null(await client.GetAsync(ConfigMaps, made.Key, Ct));
        Assert.Null(await client.PatchAsync(ConfigMaps, made.Key, PatchKind.Merge, "{}"u8.ToArray(), Ct));
        Assert.Null(await client.ReplaceAsync(ConfigMaps, made, Ct));
    }

    [Fact]
    public async Task Patch_MergeAndJson_ChangeAndTest()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);
        AnyObject made = await client.CreateAsync(ConfigMaps, AnyObject.Of("default", "patched", """{"data":{"a":"1","b":"1"}}"""), Ct);

        AnyObject? merged = await client.PatchAsync(ConfigMaps, made.Key, PatchKind.Merge, """{"data":{"a":null,"b":"2"}}"""u8.ToArray(), Ct);
        SecretsException failed = await Assert.ThrowsAsync<SecretsException>(() => client.PatchAsync(
            ConfigMaps, made.Key, PatchKind.Json, """[{"op":"test","path":"/data/b","value":"1"},{"op":"remove","path":"/data/b"}]"""u8.ToArray(), Ct));
        AnyObject? changed = await client.PatchAsync(
            ConfigMaps, made.Key, PatchKind.Json, """[{"op":"test","path":"/data/b","value":"2"},{"op":"add","path":"/data/c","value":"3"}]"""u8.ToArray(), Ct);

        Assert.Equal("""{"b":"2"}""", merged?.Rest?["data"].GetRawText());
        Assert.Equal(FailureReason.KubernetesInvalid, failed.Reason);
        Assert.Equal("3", changed?.Rest?["data"].GetProperty("c").GetString());
    }

    [Fact]
    public async Task Apply_CreatesChangesAndRefusesAnothersField()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);

        AnyObject first = await client.ApplyAsync(ConfigMaps, AnyObject.Of("default", "applied", """{"data":{"a":"1"}}"""), "one", false, Ct);
        AnyObject same = await client.ApplyAsync(ConfigMaps, AnyObject.Of("default", "applied", """{"data":{"a":"1"}}"""), "one", false, Ct);
        SecretsException other = await Assert.ThrowsAsync<SecretsException>(
            () => client.ApplyAsync(ConfigMaps, AnyObject.Of("default", "applied", """{"data":{"a":"2"}}"""), "two", false, Ct));
        AnyObject forced = await client.ApplyAsync(ConfigMaps, AnyObject.Of("default", "applied", """{"data":{"a":"2"}}"""), "two", true, Ct);
        SecretsException nowhere = await Assert.ThrowsAsync<SecretsException>(
            () => client.ApplyAsync(ConfigMaps, AnyObject.Of("no-such", "applied", "{}"), "one", false, Ct));

        Assert.NotEmpty(first.Metadata.Uid);
        Assert.Equal(first.Metadata.Uid, same.Metadata.Uid);
        Assert.Equal(FailureReason.KubernetesConflict, other.Reason);
        Assert.Equal("2", forced.Rest?["data"].GetProperty("a").GetString());
        Assert.Contains("namespace", nowhere.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task List_MoreThanAPage_HandsOutEachOnce(bool fromCache)
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);
        string label = fromCache ? "cached" : "paged";
        await Task.WhenAll(Enumerable.Range(0, 520).Select(n => client.CreateAsync(ConfigMaps, Labelled($"{label}-{n}", label), Ct)));
        var names = new HashSet<string>();
        int seen = 0;

        // A cache may be behind; the watch that follows a list makes up for it.
        string version = await client.ListAsync(
            ConfigMaps, new KubeQuery { Namespace = "default", LabelSelector = $"set={label}", FromCache = fromCache }, Count, Ct);
        await using IAsyncEnumerator<WatchEvent<AnyObject>> rest = client
            .WatchAsync(ConfigMaps, new KubeQuery { Namespace = "default", LabelSelector = $"set={label}" }, version, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);
        while (names.Count < 520 && await rest.MoveNextAsync())
        {
            Count(rest.Current.Object!);
        }

        Assert.Equal(520, names.Count);
        Assert.Equal(520, seen);
        Assert.True(long.Parse(version, System.Globalization.CultureInfo.InvariantCulture) > 1);

        void Count(AnyObject one)
        {
            seen++;
            names.Add(one.Metadata.Name);
        }
    }

    [Fact]
    public async Task Watch_AddChangeDeleteAndBookmark_ArriveInOrder()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);
        KubeQuery query = KubeQuery.One(new ObjectKey("default", "watched"));
        string from = await client.ListAsync(ConfigMaps, query, static _ => { }, Ct);
        await using IAsyncEnumerator<WatchEvent<AnyObject>> events = client.WatchAsync(ConfigMaps, query, from, Ct).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator(Ct);

        AnyObject made = await client.CreateAsync(ConfigMaps, Labelled("watched", "w"), Ct);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((WatchKind.Added, made.Metadata.ResourceVersion), (events.Current.Kind, events.Current.ResourceVersion));
        await client.PatchAsync(ConfigMaps, made.Key, PatchKind.Merge, """{"data":{"a":"2"}}"""u8.ToArray(), Ct);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WatchKind.Modified, events.Current.Kind);
        await client.DeleteAsync(ConfigMaps, made.Key, Ct);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WatchKind.Deleted, events.Current.Kind);

        // The server sends one about every minute.
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(WatchKind.Bookmark, events.Current.Kind);
        Assert.NotEmpty(events.Current.ResourceVersion);
    }

    [Fact]
    public async Task Watch_FromBeforeTheServersMemory_IsExpired()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);
        await MakeClassesKnownAsync(client);
        var kinds = new List<WatchKind>();

        await foreach (WatchEvent<SecretProviderClass> e in client.WatchAsync(ResourceTypes.SecretProviderClasses, KubeQuery.All, "1", Ct).Where(static e => e.Kind != WatchKind.Opened))
        {
            kinds.Add(e.Kind);
        }

        Assert.Equal([WatchKind.Expired], kinds);
    }

    [Fact]
    public async Task WatchesBeyondOneConnectionsStreams_DoNotStarveACall()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);
        string from = await client.ListAsync(ConfigMaps, KubeQuery.All, static _ => { }, Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task[] watches = [.. Enumerable.Range(0, 300).Select(n => DrainAsync(client, KubeQuery.One(new ObjectKey("default", $"w{n}")), from, stop.Token))];

        AnyObject? answer = await client.GetAsync(ConfigMaps, new ObjectKey("default", "nobody"), Ct);

        Assert.Null(answer);
        await stop.CancelAsync();
        await Task.WhenAll(watches);
    }

    [Fact]
    public async Task ServiceAccountToken_IsMintedAndAuthenticates()
    {
        using KubeHttp http = Admin();
        var admin = new KubeClient(http, TimeProvider.System);
        await admin.CreateAsync(ResourceTypes.ServiceAccounts, new ServiceAccount { Metadata = Named("reader") }, Ct);
        await admin.CreateAsync(
            Roles, AnyObject.Of("", "reader", """{"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]}]}"""), Ct);
        await admin.CreateAsync(
            Bindings,
            AnyObject.Of("", "reader", """
                {"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"reader"},
                 "subjects":[{"kind":"ServiceAccount","namespace":"default","name":"reader"}]}
                """),
            Ct);
        TokenRequestStatus? token = await admin.CreateTokenAsync(new ObjectKey("default", "reader"), new TokenRequestSpec { ExpirationSeconds = 600 }, Ct);
        Assert.NotNull(token);
        Assert.NotNull(token.ExpirationTimestamp);
        Assert.Null(await admin.CreateTokenAsync(new ObjectKey("default", "no-such"), new TokenRequestSpec(), Ct));

        using KubeHttp reader = Connected(Kubeconfig($$"""{"token":"{{token.Token}}"}"""));
        var client = new KubeClient(reader, TimeProvider.System);
        SecretsException denied = await Assert.ThrowsAsync<SecretsException>(() => client.CreateAsync(ConfigMaps, Labelled("mine", "x"), Ct));

        // The server's authorizer learns of a binding by a watch of its own.
        Assert.NotEmpty(await UntilAllowedAsync(() => client.ListAsync(ConfigMaps, KubeQuery.All, static _ => { }, Ct)));
        Assert.Equal(FailureReason.KubernetesDenied, denied.Reason);

        using KubeHttp stranger = Connected(Kubeconfig("""{"token":"nobody's"}"""));
        SecretsException unknown = await Assert.ThrowsAsync<SecretsException>(
            () => new KubeClient(stranger, TimeProvider.System).GetAsync(ConfigMaps, new ObjectKey("default", "a"), Ct));
        Assert.Equal(FailureReason.KubernetesDenied, unknown.Reason);
    }

    [Fact]
    public async Task Kind_NotServed_IsToldApartFromAnAbsentObject()
    {
        using KubeHttp http = Admin();
        var client = new KubeClient(http, TimeProvider.System);

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => client.GetAsync(AnyObject.Type("no.such", "v1", "things", "Thing", true), new ObjectKey("default", "a"), Ct));

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
        Assert.Contains("crds/", e.Message, StringComparison.Ordinal);
    }

    private static ObjectMeta Named(string name) => new() { Namespace = "default", Name = name };

    private static AnyObject Labelled(string name, string set) =>
        AnyObject.Of("default", name, "{}") with { Metadata = Named(name) with { Labels = new Dictionary<string, string> { ["set"] = set } } };

    private static async Task DrainAsync(KubeClient client, KubeQuery query, string from, CancellationToken ct)
    {
        try
        {
            await foreach (WatchEvent<AnyObject> e in client.WatchAsync(ConfigMaps, query, from, ct))
            {
                Assert.NotEqual(WatchKind.Expired, e.Kind);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // As asked.
        }
    }

    private static async Task<T> UntilAllowedAsync<T>(Func<Task<T>> call)
    {
        for (int left = 100; ; left--)
        {
            try
            {
                return await call();
            }
            catch (SecretsException e) when (left > 0 && e.Reason is FailureReason.KubernetesDenied or FailureReason.KubernetesUnavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
            }
        }
    }

    private static async Task MakeClassesKnownAsync(KubeClient client)
    {
        ResourceType<AnyObject> crds = AnyObject.Type("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);
        await client.ApplyAsync(
            crds,
            AnyObject.Of("", "secretproviderclasses.secrets-store.csi.x-k8s.io", """
                {"spec":{"group":"secrets-store.csi.x-k8s.io","scope":"Namespaced",
                 "names":{"plural":"secretproviderclasses","singular":"secretproviderclass","kind":"SecretProviderClass","listKind":"SecretProviderClassList"},
                 "versions":[{"name":"v1","served":true,"storage":true,
                   "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                """),
            "tests",
            true,
            Ct);
        await UntilAllowedAsync(() => client.ListAsync(ResourceTypes.SecretProviderClasses, KubeQuery.All, static _ => { }, Ct));
    }

    private KubeHttp Admin()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        return Connected(Kubeconfig("""{"client-certificate":"admin.crt","client-key":"admin.key"}"""));
    }

    private string Kubeconfig(string user) => $$$"""
        {"clusters":[{"name":"c","cluster":{"server":"{{{server.Server}}}","certificate-authority":"ca.crt"}}],
         "users":[{"name":"u","user":{{{user}}}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
        """;

    private KubeHttp Connected(string kubeconfig)
    {
        var file = new KubeConfigFile(Path.Combine(server.Pki, "kubeconfig"), JsonNode.Parse(Encoding.UTF8.GetBytes(kubeconfig))!, TimeProvider.System);
        return new KubeHttp(file.Connect(""), TimeProvider.System, NullLogger<KubeHttp>.Instance);
    }
}
