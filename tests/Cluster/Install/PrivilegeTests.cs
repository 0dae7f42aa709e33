using System.Text.Json;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Install;

/// <summary>What the driver may do on the node and in the cluster: what it needs, and nothing else.</summary>
public sealed class PrivilegeTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Account = "system:serviceaccount:kube-system:secrets-store-csi-driver";

    /// <summary>CAP_CHOWN, CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN.</summary>
    private const string Kept = "0000000000200005";
    private const string None = "0000000000000000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryThread_OfTheDriverInItsPod_HasThreeCapabilitiesNoNewPrivilegesAndTheFilter()
    {
        using var driver = new DriverPod(cluster);
        V1Pod pod = await driver.ReadyAsync(Token);

        string[] threads = Directory.GetDirectories($"/proc/{DriverPod.ProcessOf(pod)}/task");

        Assert.True(threads.Length > 3, $"{threads.Length} threads");
        Assert.All(threads, thread => Assert.Equal(
            [("CapInh", None), ("CapPrm", Kept), ("CapEff", Kept), ("CapBnd", Kept), ("CapAmb", None), ("NoNewPrivs", "1"), ("Seccomp", "2")],
            File.ReadLines(Path.Combine(thread, "status")).Select(l => l.Split(":\t")).Where(f => f[0] is "CapInh" or "CapPrm" or "CapEff" or "CapBnd" or "CapAmb" or "NoNewPrivs" or "Seccomp")
                .Select(f => (f[0], f[1]))));
    }

    [Theory]
    [InlineData("get", "secrets")]
    [InlineData("list", "secrets")]
    [InlineData("watch", "secrets")]
    [InlineData("create", "serviceaccounts/token")]
    [InlineData("create", "pods/exec")]
    [InlineData("patch", "nodes")]
    [InlineData("update", "secretproviderclasses.secrets-store.csi.x-k8s.io")]
    public async Task ServiceAccount_AskedForWhatItDoesNotNeed_IsRefused(string verb, string resource)
    {
        (int code, string answer, _) = await Shell.TryAsync("kubectl", ["auth", "can-i", verb, resource, "--as", Account, "-A"], Token);

        Assert.Equal((1, "no"), (code, answer.Trim()));
    }

    [Fact]
    public async Task ServiceAccount_ReadingSecretsForReal_IsForbidden()
    {
        (int code, _, string errors) = await Shell.TryAsync("kubectl", ["get", "secrets", "-A", "--as", Account], Token);

        Assert.Equal(1, code);
        Assert.Contains("Forbidden", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceAccount_AllThatItMayDo_IsThisList()
    {
        const string Review = """{"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": "default"}}""";

        string answer = await Shell.KubectlAsync($"create -f - -o json --as {Account}", Token, Review);

        JsonElement status = JsonDocument.Parse(answer).RootElement.GetProperty("status");
        string[] rules = [.. status.GetProperty("resourceRules").EnumerateArray().SelectMany(Flatten).Where(r => !r.Contains("subject", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "create /events",
                "create secrets-store.csi.x-k8s.io/secretproviderclasspodstatuses",
                "get /nodes",
                "get /serviceaccounts",
                "get secrets-store.csi.x-k8s.io/secretproviderclasses",
                "get secrets-store.csi.x-k8s.io/secretproviderclasspodstatuses",
                "list /pods",
                "list secrets-store.csi.x-k8s.io/secretproviderclasses",
                "list secrets-store.csi.x-k8s.io/secretproviderclasspodstatuses",
                "list storage.k8s.io/csidrivers secrets-store.csi.k8s.io",
                "update secrets-store.csi.x-k8s.io/secretproviderclasspodstatuses",
                "watch /pods",
                "watch secrets-store.csi.x-k8s.io/secretproviderclasses",
                "watch storage.k8s.io/csidrivers secrets-store.csi.k8s.io",
            ],
            rules);
    }

    private static IEnumerable<string> Flatten(JsonElement rule) =>
        from verb in Texts(rule, "verbs")
        from apiGroup in Texts(rule, "apiGroups")
        from resource in Texts(rule, "resources")
        from name in Texts(rule, "resourceNames").DefaultIfEmpty("")
        select $"{verb} {apiGroup}/{resource} {name}".TrimEnd();

    private static IEnumerable<string> Texts(JsonElement rule, string name) =>
        rule.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];
}
