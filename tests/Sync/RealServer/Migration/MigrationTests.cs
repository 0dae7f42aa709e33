using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Sync.RealServer.Migration;

/// <summary>docs/migrate-from-eso.md, its commands run in their order on a real API server: there, a while of life, and back.</summary>
public sealed class MigrationTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private const string Page = "docs/migrate-from-eso.md";
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    private readonly AdminKubectl kubectl = new(server);
    private readonly DocumentedCommands shell = new(server);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThePage_ThereAndBack_NothingIsReadOrWrittenThatIsNotDue()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        await kubectl.RunAsync("create", "--field-manager=helm", "-f", Path.Combine(Repository.Root, "tests/Cases/Manifests/eso-crds.yaml"));
        await kubectl.RunAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        await using RealController controller = await RealController.StartAsync(server, everywhere: true, boot: false);
        var peer = new PeerCluster(controller);
        await LeaveAsync(controller, peer);
        await kubectl.RunAsync("create", "--field-manager=helm", "-f", Path.Combine(Repository.Root, "tests/Cases/Manifests/eso-install.yaml"));
        await RealController.UntilAsync(
            async () => (await kubectl.TryAsync("-n", controller.Ns, "annotate", "externalsecret", "app", "a=b", "--dry-run=server")).Errors.Contains("webhook", StringComparison.Ordinal),
            static () => "the peer's webhook");
        SortedDictionary<string, string> before = await SeenAsync(controller);

        await ThereAsync(controller, before);
        await LiveAsync(controller);
        await BackAsync(controller, peer);
    }

    /// <summary>The commands of the way here, then the controller with the rights that they gave it.</summary>
    private async Task ThereAsync(RealController controller, SortedDictionary<string, string> before)
    {
        IReadOnlyList<string> commands = DocumentedCommands.Of(Page, "## The way here");
        Assert.Equal(8, commands.Count);
        string said = "";
        foreach (string command in commands)
        {
            said += await shell.RunAsync(command);
        }

        Assert.Contains("1 vault", said, StringComparison.Ordinal);
        Assert.Contains("push", said, StringComparison.Ordinal);
        Assert.Contains("password.generators.external-secrets.io/random", said, StringComparison.Ordinal);
        Assert.Equal(before, await SeenAsync(controller));
        Assert.Equal("arn:aws:iam::111122223333:role/eso", await kubectl.RunAsync("-n", "external-secrets", "get", "serviceaccount", "external-secrets", "-o", "jsonpath={.metadata.annotations.eks\\.amazonaws\\.com/role-arn}"));

        controller.Options.LeaderElection = true;
        controller.Options.Identity = "walk";
        await controller.AsItsAccountAsync();
        await controller.BootAsync();
        await controller.ReadyAsync("SecretStore", "vault", "False InvalidProviderConfig unable to create client: ");
        await RealController.UntilAsync(async () => RefreshTime(await controller.GetAsync("ExternalSecret", "due")) > TimeProvider.System.GetUtcNow().AddHours(-1), static () => "what was due");
        await RealController.UntilAsync(
            async () => !(await kubectl.RunAsync("get", "namespace", controller.Ns, "-o", "jsonpath={.metadata.finalizers}")).Contains("ces-", StringComparison.Ordinal), static () => "the Namespace is free");
        await controller.PutAsync("ExternalSecret", "later", "{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: new} }]}");
        await controller.SyncedAsync("later");

        SortedDictionary<string, string> after = await SeenAsync(controller);
        foreach (string name in before.Keys.Where(static k => k is not ("SecretStore vault" or "ExternalSecret due")))
        {
            Assert.True(before[name] == after[name], $"{before[name]}\nis now\n{after[name]}");
        }

        string[] read = [.. controller.Aws.Calls.All.SelectMany(static c => c.Objects).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["due", "new"], read.Select(static r => r.Split(':')[^1].Split('-')[0]).Distinct());
        Assert.DoesNotContain(controller.Refused, r => r.Contains(controller.Ns, StringComparison.Ordinal));
    }

    /// <summary>What the page says of the time afterwards.</summary>
    private async Task LiveAsync(RealController controller)
    {
        await controller.MergeAsync("ExternalSecret", "app", """{"spec":{"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}}""");
        await controller.HoldsAsync("app", ("password", "rotated"));
        await controller.MergeAsync("ExternalSecret", "merged", """{"spec":{"data":[{"secretKey":"m","remoteRef":{"key":"db"}}]}}""");
        await controller.HoldsAsync("handmade", ("m", "rotated"), ("z", "z"));
        Assert.Equal(["external-secrets Apply"], (await controller.Others.SeeAsync("app"))!.Owners.Select(static o => $"{o.Manager} {o.Operation}"));

        await controller.MergeAsync("ExternalSecret", "generated", """{"metadata":{"annotations":{"force-sync":"1"}}}""");
        await controller.ReadyAsync("ExternalSecret", "generated", "False SecretSyncedError");
        Assert.Contains("this version has no generators (Password random)", await controller.ReadyAsync("ExternalSecret", "generated"), StringComparison.Ordinal);
        await controller.HoldsAsync("generated", ("password", "rolled-once"));

        await controller.DeleteAsync("ExternalSecret", "due");
        await RealController.UntilAsync(async () => await controller.GetAsync("ExternalSecret", "due") is null, static () => "the finalizer does not keep it");
    }

    private async Task BackAsync(RealController controller, PeerCluster peer)
    {
        await controller.EndAsync();
        IReadOnlyList<string> commands = DocumentedCommands.Of(Page, "## The way back");
        Assert.Equal(2, commands.Count);
        foreach (string command in commands)
        {
            await shell.RunAsync(command.Replace("PEERS-CRDS.yaml", "tests/Cases/Manifests/eso-crds.yaml", StringComparison.Ordinal));
        }

        await kubectl.RunAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        Assert.NotEqual(0, (await kubectl.TryAsync("get", "externalsecrets.v1beta1.external-secrets.io", "-A")).Code);
        Assert.Contains("hashi.example.com", (await controller.GetAsync("SecretStore", "vault"))!["spec"]!.ToJsonString(), StringComparison.Ordinal);
        foreach ((string name, string secret) in ((string, string)[])[("app", "app"), ("merged", "handmade"), ("copy", "copy"), ("vaulted", "vaulted"), ("later", "later")])
        {
            Assert.Equal((name, null), (name, await peer.TroubleOfThePeerAsync(name, secret)));
        }

        // Its next update is another manager's, and takes a key away all the same.
        await controller.Others.EditAsync("app", CsiSecrets.Mirroring.Marks.PeerManagerPrefix + "app", """{"data":{"password":null}}""");
        Assert.Empty((await controller.DataAsync("app"))!);
        await controller.HoldsAsync("generated", ("password", "rolled-once"));
    }

    private async Task LeaveAsync(RealController controller, PeerCluster peer)
    {
        // Whatever is read would change the Secret.
        controller.Aws.Seed.Secret("db", "rotated");
        controller.Aws.Seed.Secret("due", "same");
        controller.Aws.Seed.Secret("new", "value");
        await peer.StoreStatusAsync("main");
        await controller.MergeAsync("SecretStore", "main", """{"metadata":{"finalizers":["secretstore.externalsecrets.io/finalizer"]}}""");
        await controller.PutAsync("SecretStore", "vault", "provider: {vault: {server: 'https://hashi.example.com', path: kv, auth: {tokenSecretRef: {name: t, key: k} } } }");
        await peer.StoreStatusAsync("vault");

        const string keys = """{"secretKey":"password","remoteRef":{"key":"db"}},{"secretKey":"user","remoteRef":{"key":"db"}}""";
        await peer.OwnedSecretAsync("app", await peer.ExternalSecretAsync("app", Spec($"[{keys}]"), Lately), "password=first user=first");
        await peer.OwnedSecretAsync("due", await peer.ExternalSecretAsync("due", Spec("""[{"secretKey":"v","remoteRef":{"key":"due"}}]"""), TimeSpan.FromHours(3)), "v=same");
        await peer.OwnedSecretAsync("vaulted", await peer.ExternalSecretAsync("vaulted", Spec($"[{keys}]").Replace("main", "vault", StringComparison.Ordinal), Lately), "password=p user=u");
        await peer.ExternalSecretAsync(
            "merged", Spec("""[{"secretKey":"m","remoteRef":{"key":"db"}},{"secretKey":"n","remoteRef":{"key":"db"}}]""").Replace("\"Owner\"", "\"Merge\",\"name\":\"handmade\"", StringComparison.Ordinal), Lately);
        await peer.MergedSecretAsync("handmade", "merged", "z=z", "m=1 n=2");

        await controller.CreateAsync("generators.external-secrets.io", "v1alpha1", "passwords", "Password", "random", """{"spec":{"length":24}}""");
        await controller.CreateAsync("generators.external-secrets.io", "v1alpha1", "generatorstates", "GeneratorState", "gen-password-app-1", """{"spec":{"resource":{"kind":"Password"},"state":{"id":"7"}}}""");
        await controller.CreateAsync("external-secrets.io", "v1alpha1", "pushsecrets", "PushSecret", "push", """{"spec":{"secretStoreRefs":[{"name":"main"}]}}""");
        const string generated = """{"refreshInterval":"1h0m0s","target":{"creationPolicy":"Owner","deletionPolicy":"Retain"},"dataFrom":[{"sourceRef":{"generatorRef":{"apiVersion":"generators.external-secrets.io/v1alpha1","kind":"Password","name":"random"}}}]}""";
        await peer.OwnedSecretAsync("generated", await peer.ExternalSecretAsync("generated", generated, Lately), "password=rolled-once");
        await ClusterWideAsync(controller, peer);
    }

    private async Task ClusterWideAsync(RealController controller, PeerCluster peer)
    {
        string spec = Spec("""[{"secretKey":"password","remoteRef":{"key":"db"}}]""");
        await kubectl.RunAsync("patch", "namespace", controller.Ns, "--type=merge", "-p", """{"metadata":{"labels":{"copies":"yes"},"finalizers":["externalsecrets.external-secrets.io/ces-copies"]}}""");
        await controller.PutAsync("ClusterExternalSecret", "copies", $$"""
            {"externalSecretName":"copy","namespaceSelectors":[{"matchLabels":{"copies":"yes"} }],"externalSecretMetadata":{"labels":{"team":"x"} },"externalSecretSpec":{{spec}} }
            """.Trim());
        await controller.MergeAsync("ClusterExternalSecret", "copies", """{"metadata":{"finalizers":["externalsecrets.external-secrets.io/clusterexternalsecret-cleanup"]}}""");
        string uid = (string)(await controller.GetAsync("ClusterExternalSecret", "copies"))!["metadata"]!["uid"]!;
        var owner = new OwnerReference { ApiVersion = "external-secrets.io/v1", Kind = "ClusterExternalSecret", Name = "copies", Uid = uid, Controller = true, BlockOwnerDeletion = true };
        await peer.OwnedSecretAsync("copy", await peer.ExternalSecretAsync("copy", spec, Lately, owner), "password=first");
        await peer.StatusAsync(PeerCluster.TypeOf("ClusterExternalSecret"), "copies", $$"""{"externalSecretName":"copy","provisionedNamespaces":["{{controller.Ns}}"],"conditions":[{"type":"Ready","status":"True"}]}""");
    }

    private static string Spec(string data) =>
        $$"""{"secretStoreRef":{"name":"main","kind":"SecretStore"},"refreshInterval":"1h0m0s","target":{"creationPolicy":"Owner","deletionPolicy":"Retain"},"data":{{data}} }""";

    private static DateTimeOffset RefreshTime(JsonNode? one) => (DateTimeOffset)one!["status"]!["refreshTime"]!;

    /// <summary>Everything of the user's, as it is now; of Secrets their version, too: they are not written at all.</summary>
    private async Task<SortedDictionary<string, string>> SeenAsync(RealController controller)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string list = await kubectl.RunAsync(
            "-n", controller.Ns, "get", "-o", "json",
            "externalsecrets.v1.external-secrets.io,secretstores.v1.external-secrets.io,secrets,pushsecrets,passwords.generators.external-secrets.io,generatorstates.generators.external-secrets.io");
        foreach (JsonNode? one in JsonNode.Parse(list)!["items"]!.AsArray())
        {
            var meta = (JsonObject)one!["metadata"]!;
            meta.Remove("managedFields");
            if ((string?)one["kind"] != "Secret")
            {
                meta.Remove("resourceVersion");
            }

            seen[$"{one["kind"]} {meta["name"]}"] = one.ToJsonString();
        }

        return seen;
    }
}
