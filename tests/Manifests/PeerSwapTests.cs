using System.Diagnostics;
using System.Text.Json;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Manifests;

/// <summary>Our manifests applied over the peer's, on a real API server: the same objects go on, nothing is deleted, no user's object changes.</summary>
public sealed class PeerSwapTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private static readonly string[] Ours = ["crds/rendered/base.yaml", "daemonset/rendered/base.yaml"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PeersManifest_OursAppliedOverItAndBack_EachTakesOverInPlace()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        await NoDriverAsync();
        await ApplyAsync("tests/Cases/Manifests/peer.yaml");
        await KubectlAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        await ApplyAsync("tests/Cases/Manifests/peer-objects.yaml");
        JsonElement driver = await GetAsync("csidriver", "secrets-store.csi.k8s.io");
        JsonElement daemonSet = await GetAsync("-n", "kube-system", "daemonset", "csi-secrets-store");
        string objects = await UserObjectsAsync();
        Assert.Contains("prod_db", objects, StringComparison.Ordinal);

        foreach (string file in Ours)
        {
            await ApplyAsync(file);
        }

        JsonElement swapped = await GetAsync("csidriver", "secrets-store.csi.k8s.io");
        Assert.Equal(Uid(driver), Uid(swapped));
        Assert.Equal(2, swapped.GetProperty("spec").GetProperty("tokenRequests").GetArrayLength());
        JsonElement ours = await GetAsync("-n", "kube-system", "daemonset", "csi-secrets-store");
        Assert.Equal(Uid(daemonSet), Uid(ours));
        Assert.Equal(["secrets-store"], Names(ours, "containers"));
        Assert.Equal(["mountpoint-dir", "plugin-dir", "registration-dir"], Names(ours, "volumes"));
        JsonElement syncing = await GetAsync("clusterrole", "secretprovidersyncing-role");
        Assert.True(syncing.GetProperty("rules").ValueKind == JsonValueKind.Null || syncing.GetProperty("rules").GetArrayLength() == 0);
        Assert.Equal(objects, await UserObjectsAsync());

        await ApplyAsync("tests/Cases/Manifests/peer.yaml");
        Assert.Equal(["liveness-probe", "node-driver-registrar", "secrets-store"], Names(await GetAsync("-n", "kube-system", "daemonset", "csi-secrets-store"), "containers"));
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
        await ApplyAsync(Ours[1]);

        (int code, _, string errors) = await TryAsync("patch", "csidriver", "secrets-store.csi.k8s.io", "--type=merge", "-p", $$$"""{"spec":{"{{{field}}}":{{{value}}}}}""");

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
        await KubectlAsync("create", "-f", folder["bare.json"]);

        await KubectlAsync("replace", "--force", "-f", Path.Combine(Repository.Root, "daemonset/base/csidriver.yaml"));

        JsonElement driver = await GetAsync("csidriver", "secrets-store.csi.k8s.io");
        Assert.Equal(2, driver.GetProperty("spec").GetProperty("tokenRequests").GetArrayLength());
    }

    private Task NoDriverAsync() => KubectlAsync("delete", "--ignore-not-found", "csidriver", "secrets-store.csi.k8s.io");

    private async Task<string> UserObjectsAsync()
    {
        string[] found = [];
        foreach (string kind in (string[])["secretproviderclasses", "secretproviderclasspodstatuses"])
        {
            JsonElement list = JsonDocument.Parse(await KubectlAsync("get", kind, "-A", "-o", "json")).RootElement;
            found = [.. found, .. list.GetProperty("items").EnumerateArray().Select(i =>
                $"{i.GetProperty("metadata").GetProperty("uid")} {Text(i, "spec")} {Text(i, "status")}")];
        }

        return string.Join('\n', found);
    }

    private Task ApplyAsync(string file) => KubectlAsync("apply", "-f", Path.Combine(Repository.Root, file));

    private async Task<JsonElement> GetAsync(params string[] what) => JsonDocument.Parse(await KubectlAsync(["get", "-o", "json", .. what])).RootElement;

    private async Task<string> KubectlAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await TryAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    private async Task<(int Code, string Output, string Errors)> TryAsync(params string[] arguments)
    {
        string kubeconfig = Path.Combine(Path.GetDirectoryName(server.Pki)!, "admin.kubeconfig");
        using Process process = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", kubeconfig, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Token);
        string errors = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, errors);
    }

    private static string? Uid(JsonElement one) => one.GetProperty("metadata").GetProperty("uid").GetString();

    private static string Text(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "";

    private static IEnumerable<string?> Names(JsonElement daemonSet, string list) => daemonSet.GetProperty("spec").GetProperty("template").GetProperty("spec")
        .GetProperty(list).EnumerateArray().Select(e => e.GetProperty("name").GetString()).Order(StringComparer.Ordinal);
}
