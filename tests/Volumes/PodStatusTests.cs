using System.Diagnostics;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>SecretProviderClassPodStatus: soon after the mount, on change only, rebuilt after a crash, whatever the names.</summary>
public sealed class PodStatusTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Mount_StatusFollowsWithoutTimePassing()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        JsonObject status = node.Cluster.Status(pod)!;
        Assert.Equal(NodeUnderTest.NodeName, (string?)status["metadata"]!["labels"]!["internal.secrets-store.csi.k8s.io/node-name"]);
        Assert.Equal(("Pod", pod.Uid), ((string?)status["metadata"]!["ownerReferences"]![0]!["kind"], (string?)status["metadata"]!["ownerReferences"]![0]!["uid"]));
        JsonNode body = status["status"]!;
        Assert.Equal(("web", "creds", true, pod.TargetPath), ((string?)body["podName"], (string?)body["secretProviderClassName"], (bool)body["mounted"]!, (string?)body["targetPath"]));
        Assert.Equal("""[{"id":"db","version":"v1"}]""", body["objects"]!.ToJsonString());
    }

    [Fact]
    public async Task Refreshes_WriteOnChangeOnly()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        await node.SettleAsync();
        await node.PassAsync(TimeSpan.FromMinutes(10));
        await pod.PublishAsync();
        Assert.Equal(["create secretproviderclasspodstatuses"], node.Cluster.Writes());

        node.Secrets.Put("db", "second");
        await node.PassUntilAsync(() => VersionOf(pod) == "v2", TimeSpan.FromMinutes(3), "the new version");
        Assert.Single(node.Cluster.Writes(), w => w == "update secretproviderclasspodstatuses");
    }

    [Fact]
    public async Task KilledBeforeTheWrite_NextProcessWritesIt()
    {
        node.Api.Fault = static r => r.Verb == "create" && r.Resource == "secretproviderclasspodstatuses" ? new FakeKubeApiFault { Code = 500 } : null;
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        Assert.Null(node.Cluster.Status(pod));
        node.Api.Fault = static _ => null;
        await node.RestartAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the rebuilt status");
    }

    [Fact]
    public async Task KilledAfterTheWrite_NextProcessWritesNothing()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        await node.RestartAsync();
        PodUnderTest other = node.Pod("shop", "other", "creds");
        await other.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(other) is not null, "the other pod's status, which queues behind");
        Assert.Equal(2, node.Cluster.Writes().Count);
    }

    [Fact]
    public async Task ServerRefusesForAWhile_StatusComesLater_AndMountsDoNotWait()
    {
        node.Api.Fault = static r => r.Resource == "secretproviderclasspodstatuses" ? new FakeKubeApiFault { Code = 503 } : null;
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        await node.PassUntilAsync(() => node.Logs.GetSnapshot().Any(l => l.Message.Contains("waiting")), TimeSpan.FromMinutes(2), "the log line");
        Assert.Contains("[-] podstatuses", (await node.Endpoints.ReadyAsync()).Text);
        node.Api.Fault = static _ => null;
        await node.PassUntilAsync(() => node.Cluster.Status(pod) is not null, TimeSpan.FromMinutes(2), "the status");
    }

    /// <summary>A webhook of one namespace that is down, a quota, a Role that somebody cut: its neighbours must not feel it.</summary>
    [Fact]
    public async Task OneNamespaceRefused_TheOthersStatusesComeWithoutTimePassing_AndItsOwnLater()
    {
        node.Cluster.Class("blocked", "creds", "db");
        node.Api.Fault = static r => r is { Resource: "secretproviderclasspodstatuses", Namespace: "blocked" } ? new FakeKubeApiFault { Code = 500 } : null;
        PodUnderTest[] blocked = [.. Enumerable.Range(0, 6).Select(i => node.Pod("blocked", $"web-{i}", "creds"))];
        foreach (PodUnderTest pod in blocked)
        {
            await pod.PublishAsync();
        }

        await node.PassUntilAsync(() => node.Logs.GetSnapshot().Count(l => l.Message.Contains("was not written")) > 8, TimeSpan.FromMinutes(5), "refusals over and over");
        PodUnderTest neighbour = node.Pod("shop", "web", "creds");
        await neighbour.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(neighbour) is not null, "the neighbour's status");
        Assert.Contains("[-] podstatuses", (await node.Endpoints.ReadyAsync()).Text);

        node.Api.Fault = static _ => null;
        await node.PassUntilAsync(() => blocked.All(p => node.Cluster.Status(p) is not null), TimeSpan.FromMinutes(2), "their statuses");
        Assert.Contains("[+] podstatuses", (await node.Endpoints.ReadyAsync()).Text);
    }

    [Fact]
    public async Task PodCameAnewUnderItsName_ItsStatusOutlivesTheFormersUnpublish()
    {
        PodUnderTest former = node.Pod("shop", "web", "creds");
        await former.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(former) is not null, "the former's status");
        node.Api.Fault = static r => r.Resource == "secretproviderclasspodstatuses" ? new FakeKubeApiFault { Code = 503 } : null;
        node.Api.Delete("pods", "shop", "web");
        PodUnderTest anew = node.Pod("shop", "web", "creds");
        await anew.PublishAsync();
        await former.UnpublishAsync();
        node.Api.Fault = static _ => null;
        await node.PassUntilAsync(
            () => (string?)node.Cluster.Status(anew)?["status"]!["targetPath"] == anew.TargetPath, TimeSpan.FromMinutes(2), "the status of the pod that lives");
    }

    [Fact]
    public async Task LongNames_AreCutWithAHash_AndStayApart()
    {
        string name = new('p', 200);
        string className = new('c', 60);
        node.Cluster.Class("shop", className + "1", "db");
        node.Cluster.Class("shop", className + "2", "db");
        await node.Pod("shop", name, className + "1").PublishAsync();
        PodUnderTest second = node.Pod("shop", name, className + "2");
        second.Volume = "more";
        await second.PublishAsync();
        await Wait.UntilAsync(() => node.Api.All("secretproviderclasspodstatuses").Count == 2, "both statuses");
        Assert.All(node.Api.All("secretproviderclasspodstatuses"), s =>
        {
            string written = (string)s["metadata"]!["name"]!;
            Assert.InRange(written.Length, 1, 253);
            Assert.StartsWith(new string('p', 200), written);
        });
    }

    [Fact]
    public async Task NodesNameTooLongForALabel_IsCutWithAHash_AndItsStatusesAreFoundAgain()
    {
        string name = new string('n', 80) + ".example";
        await using NodeUnderTest other = await Breakage.NodeAsync(new NodeSetup { Options = o => o.Volumes.NodeName = name });
        PodUnderTest pod = other.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await Wait.UntilAsync(() => other.Cluster.Status(pod) is not null, "the pod status");
        string label = (string)other.Cluster.Status(pod)!["metadata"]!["labels"]!["internal.secrets-store.csi.k8s.io/node-name"]!;
        Assert.Matches("^n{52}-[0-9a-f]{10}$", label);

        await other.RestartAsync();
        PodUnderTest next = other.Pod("shop", "next", "creds");
        await next.PublishAsync();
        await Wait.UntilAsync(() => other.Cluster.Status(next) is not null, "the other pod's status, which queues behind");
        Assert.Equal(2, other.Cluster.Writes().Count);
    }

    [Fact]
    public async Task FsGroup_ReadsAFileOfMode0440()
    {
        node.Cluster.Class("shop", "grouped", "db", ("mode", "288"));
        PodUnderTest pod = node.Pod("shop", "web", "grouped");
        pod.FsGroup = "2000";
        await pod.PublishAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(pod["db"]));
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root can give a file to a group that it is not in
        }

        foreach (string folder in (string[])[node.Folder.Path, Path.Combine(node.Folder.Path, "pods")])
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        Assert.Equal("first", await ReadAsAsync("1000", "2000", pod["db"]));
        Assert.Equal("", await ReadAsAsync("1000", "3000", pod["db"]));
    }

    private static async Task<string> ReadAsAsync(string user, string group, string file)
    {
        using Process cat = Process.Start(new ProcessStartInfo("setpriv", ["--reuid", user, "--regid", group, "--clear-groups", "cat", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string text = await cat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await cat.WaitForExitAsync(TestContext.Current.CancellationToken);
        return text;
    }

    private string? VersionOf(PodUnderTest pod) => (string?)node.Cluster.Status(pod)?["status"]!["objects"]![0]!["version"];
}
