using System.Text.Json.Nodes;
using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>A volume that the peer's driver mounted, with files that its provider wrote in place, is taken over without a remount.</summary>
public sealed class AdoptionTests : IAsyncLifetime
{
    private const long PeersSize = 8L << 30;

    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        node.Secrets.Put("db", "second");
        pod = node.Pod("shop", "web", "creds");
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
        node.Mounts.Mount(pod.TargetPath, new TmpfsOptions(PeersSize, 1 << 20));
        await File.WriteAllTextAsync(pod["db"], "first");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Republish_PeersPlainFiles_BecomeOurLayoutWithoutARemount()
    {
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.NotNull(File.ResolveLinkTarget(pod["..data"], false));
        Assert.Single(node.Mounts.Calls, c => c.StartsWith("mount"));
        Assert.DoesNotContain(node.Mounts.Calls, c => c.StartsWith("remove"));

        node.Secrets.Put("db", "third");
        await node.PassUntilAsync(() => pod.Read("db") == "third", TimeSpan.FromMinutes(5), "a refresh of the adopted volume");
        await pod.UnpublishAsync();
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task Republish_PeersTmpfs_IsBoundedFromThenOn()
    {
        await pod.PublishAsync();
        VolumeUsage usage = node.Mounts.Usage(pod.TargetPath);
        Assert.InRange(usage.TotalBytes, 1, node.Options.Volumes.VolumeBytes);
        Assert.InRange(usage.TotalInodes, 1, 1000);
    }

    [Fact]
    public async Task Republish_UnchangedContent_IsAdoptedAndBoundedToo()
    {
        await File.WriteAllTextAsync(pod["db"], "second");
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.InRange(node.Mounts.Usage(pod.TargetPath).TotalBytes, 1, node.Options.Volumes.VolumeBytes);
    }

    [Fact]
    public async Task Republish_ProviderDenies_PeersFilesStay_AndItIsTriedAgain()
    {
        node.Secrets.Fail = static _ => new SecretsException(FailureReason.AccessDenied, "db", "denied", "");
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        Assert.True((await pod.StatsAsync()).VolumeCondition.Abnormal);

        node.Secrets.Fail = static _ => null;
        await node.PassUntilAsync(() => pod.Read("db") == "second", TimeSpan.FromMinutes(1), "the next try");
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task Republish_RequestBad_PeersFilesStay()
    {
        await pod.PublishAsync(static r => r.VolumeContext.Remove("secretProviderClass"));
        Assert.Equal("first", pod.Read("db"));
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
    }

    [Fact]
    public async Task Republish_PeersPodStatus_IsTakenOver()
    {
        node.Api.Put("secretproviderclasspodstatuses", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["namespace"] = "shop",
                ["name"] = "web-shop-creds",
                ["labels"] = new JsonObject { ["internal.secrets-store.csi.k8s.io/node-name"] = NodeUnderTest.NodeName, ["team"] = "a" },
            },
            ["status"] = new JsonObject { ["podName"] = "web", ["secretProviderClassName"] = "creds", ["mounted"] = true, ["targetPath"] = "/before" },
        }.ToJsonString());
        await pod.PublishAsync();
        await Wait.UntilAsync(() => (string?)node.Cluster.Status(pod)!["status"]!["targetPath"] == pod.TargetPath, "the pod status");
        JsonObject status = node.Cluster.Status(pod)!;
        Assert.Equal("v2", (string?)status["status"]!["objects"]![0]!["version"]);
        Assert.Equal("a", (string?)status["metadata"]!["labels"]!["team"]);
        Assert.Equal(pod.Uid, (string?)status["metadata"]!["ownerReferences"]![0]!["uid"]);
    }
}
