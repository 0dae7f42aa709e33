using System.Text.Json;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Manifests;

/// <summary>Our manifests applied over the peer's, on a real API server: the same objects go on, nothing is deleted, no user's object changes.</summary>
public sealed class PeerSwapTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private static readonly string[] Ours = ["crds/rendered/base.yaml", "daemonset/rendered/base.yaml"];

    private readonly AdminKubectl kubectl = new(server);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PeersManifest_OursAppliedOverItAndBack_EachTakesOverInPlace()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        await NoDriverAsync();
        await kubectl.ApplyAsync("tests/Cases/Manifests/peer.yaml");
        await kubectl.RunAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        await kubectl.ApplyAsync("tests/Cases/Manifests/peer-objects.yaml");
        JsonElement driver = await kubectl.GetAsync("csidriver", "secrets-store.csi.k8s.io");
        JsonElement daemonSet = await kubectl.GetAsync("-n", "kube-system", "daemonset", "csi-secrets-store");
        string objects = await UserObjectsAsync();
        Assert.Contains("prod_db", objects, StringComparison.Ordinal);

        foreach (string file in Ours)
        {
            await kubectl.ApplyAsync(file);
        }

        JsonElement swapped = await kubectl.GetAsync("csidriver", "secrets-store.csi.k8s.io");
        Assert.Equal(Uid(driver), Uid(swapped));
        Assert.Equal(2, swapped.GetProperty("spec").GetProperty("tokenRequests").GetArrayLength());
        JsonElement ours = await kubectl.GetAsync("-n", "kube-system", "daemonset", "csi-secrets-store");
        Assert.Equal(Uid(daemonSet), Uid(ours));
        Assert.Equal(["secrets-store"], Names(ours, "containers"));
        Assert.Equal(["mountpoint-dir", "plugin-dir", "registration-dir", "state-dir"], Names(ours, "volumes"));
        JsonElement syncing = await kubectl.GetAsync("clusterrole", "secretprovidersyncing-role");
        Assert.True(syncing.GetProperty("rules").ValueKind == JsonValueKind.Null || syncing.GetProperty("rules").GetArrayLength() == 0);
        Assert.Equal(objects, await UserObjectsAsync());

        await kubectl.ApplyAsync("tests/Cases/Manifests/peer.yaml");
        Assert.Equal(["liveness-probe", "node-driver-registrar", "secrets-store"], Names(await kubectl.GetAsync("-n", "kube-system", "daemonset", "csi-secrets-store"), "containers"));
        Assert.Equal(objects, await UserObjectsAsync());
    }

    [Theory]
    [InlineData("attachRequired", "true")]
    [InlineData("podInfoOnMount", "false")]
    [InlineData("volumeLifecycleModes", """["Persistent"]""")]
    public async Task CsiDriver_AnotherValueThanThePeers_IsWhatThisServerRefuses(string field, string value)
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        await NoDriverAsync();
        await kubectl.ApplyAsync(Ours[1]);

        (int code, _, string errors) = await kubectl.TryAsync("patch", "csidriver", "secrets-store.csi.k8s.io", "--type=merge", "-p", $$$"""{"spec":{"{{{field}}}":{{{value}}}}}""");

        Assert.NotEqual(0, code);
        Assert.Contains("immutable", errors, StringComparison.Ordinal);
    }

    /// <summary>The remedy for a peer's CSIDriver of another spec, e.g. without token requests, where the server lets nothing of it change.</summary>
    [Fact]
    public async Task CsiDriver_OfAnotherSpec_IsReplacedByForce()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        await NoDriverAsync();
        const string Bare = """
            {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "secrets-store.csi.k8s.io"},
             "spec": {"attachRequired": false, "podInfoOnMount": true, "volumeLifecycleModes": ["Ephemeral"]}}
            """;
        using var folder = new Fakes.TemporaryFolder();
        await File.WriteAllTextAsync(folder["bare.json"], Bare, Token);
        await kubectl.RunAsync("create", "-f", folder["bare.json"]);

        await kubectl.RunAsync("replace", "--force", "-f", Path.Combine(Repository.Root, "daemonset/base/csidriver.yaml"));

        JsonElement driver = await kubectl.GetAsync("csidriver", "secrets-store.csi.k8s.io");
        Assert.Equal(2, driver.GetProperty("spec").GetProperty("tokenRequests").GetArrayLength());
    }

    private Task NoDriverAsync() => kubectl.RunAsync("delete", "--ignore-not-found", "csidriver", "secrets-store.csi.k8s.io");

    private async Task<string> UserObjectsAsync()
    {
        string[] found = [];
        foreach (string kind in (string[])["secretproviderclasses", "secretproviderclasspodstatuses"])
        {
            JsonElement list = JsonDocument.Parse(await kubectl.RunAsync("get", kind, "-A", "-o", "json")).RootElement;
            found = [.. found, .. list.GetProperty("items").EnumerateArray().Select(i =>
                $"{i.GetProperty("metadata").GetProperty("uid")} {Text(i, "spec")} {Text(i, "status")}")];
        }

        return string.Join('\n', found);
    }

    private static string? Uid(JsonElement one) => one.GetProperty("metadata").GetProperty("uid").GetString();

    private static string Text(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "";

    private static IEnumerable<string?> Names(JsonElement daemonSet, string list) => daemonSet.GetProperty("spec").GetProperty("template").GetProperty("spec")
        .GetProperty(list).EnumerateArray().Select(e => e.GetProperty("name").GetString()).Order(StringComparer.Ordinal);
}
