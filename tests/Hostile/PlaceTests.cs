using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Volume ids and paths of all three calls that have them, and what may be found at a target.</summary>
public sealed class PlaceTests : IAsyncLifetime
{
    private static readonly IReadOnlyDictionary<string, string> BadIds = new Dictionary<string, string>
    {
        ["empty"] = "",
        ["257 bytes"] = new('v', 257),
        ["1 MiB"] = new('v', 1 << 20),
        ["129 characters of two bytes"] = new('é', 129),
        ["NUL"] = "csi-\0",
        ["newline"] = "csi-\nmsg",
        ["escape"] = "csi-\u001b[2J",
        ["DEL"] = "csi-\u007f",
        ["C1 control"] = "csi-\u0085",
        ["line separator"] = "csi-\u2028x",
    };

    private static readonly IReadOnlyDictionary<string, string> BadPaths = new Dictionary<string, string>
    {
        ["empty"] = "",
        ["relative"] = "var/lib/kubelet/pods/x/mount",
        ["root"] = "/",
        ["slashes"] = "///",
        ["folder up"] = "/var/lib/kubelet/../../etc/x",
        ["folder up at the end"] = "/var/lib/..",
        ["this folder"] = "/var/./lib/x",
        ["doubled slash"] = "/var//lib/x",
        ["NUL"] = "/var/lib/x\0/etc",
        ["newline"] = "/var/lib/x\nmsg",
        ["DEL"] = "/var/lib/x\u007f",
        ["C1 control"] = "/var/lib/x\u0085",
        ["5,000 bytes"] = "/" + new string('x', 5000),
        ["a million slashes"] = new('/', 1_000_000),
    };

    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    public static TheoryData<string> Ids => [.. BadIds.Keys];

    public static TheoryData<string> Paths => [.. BadPaths.Keys];

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("db", "first");
        node.Cluster.Class("shop", "creds", "db");
        pod = node.Pod("shop", "web", "creds");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task VolumeId_Bad_IsRefusedByEveryCall(string name)
    {
        string id = BadIds[name];
        Remains.Says(await pod.PublishFailsAsync(StatusCode.InvalidArgument, r => r.VolumeId = id), "volume_id", id.Length == 0 ? "must send" : "at most 256 bytes");
        Remains.Says(await FailsAsync(c => c.NodeUnpublishVolumeAsync(new() { VolumeId = id, TargetPath = pod.TargetPath }).ResponseAsync), "volume_id");
        Remains.Says(await FailsAsync(c => c.NodeGetVolumeStatsAsync(new() { VolumeId = id, VolumePath = pod.TargetPath }).ResponseAsync), "volume_id");
        Remains.None(node, pod);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Path_Bad_IsRefusedByEveryCall_AndALiveVolumeDoesNotCare(string name)
    {
        string path = BadPaths[name];
        Remains.Says(await pod.PublishFailsAsync(StatusCode.InvalidArgument, r => r.TargetPath = path), "target_path", path.Length == 0 ? "must send" : "an absolute path");
        Remains.None(node, pod);

        await pod.PublishAsync();
        Remains.Says(await FailsAsync(c => c.NodeUnpublishVolumeAsync(new() { VolumeId = pod.VolumeId, TargetPath = path }).ResponseAsync), "target_path");
        Remains.Says(await FailsAsync(c => c.NodeGetVolumeStatsAsync(new() { VolumeId = pod.VolumeId, VolumePath = path }).ResponseAsync), "volume_path");
        Assert.Equal("first", pod.Read("db"));
        Assert.Equal(1, node.Engine.Store.Count);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("symlink to a folder")]
    [InlineData("symlink to nothing")]
    public async Task Target_NoFolder_IsRefusedAndUntouched(string what)
    {
        string elsewhere = Directory.CreateDirectory(node.Folder["elsewhere"]).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
        switch (what)
        {
            case "file":
                await File.WriteAllTextAsync(pod.TargetPath, "mine", TestContext.Current.CancellationToken);
                break;
            case "symlink to a folder":
                File.CreateSymbolicLink(pod.TargetPath, elsewhere);
                break;
            default:
                File.CreateSymbolicLink(pod.TargetPath, elsewhere + "/none");
                break;
        }

        Remains.Says(await pod.PublishFailsAsync(StatusCode.Internal), pod.TargetPath, "");
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Assert.NotNull(new FileInfo(pod.TargetPath).LinkTarget ?? (File.Exists(pod.TargetPath) ? "a file" : null));
        Assert.Equal((0, 0L), (node.Engine.Store.Count, node.Engine.Budget.Held));
        Remains.Says(await FailsAsync(c => c.NodeUnpublishVolumeAsync(new() { VolumeId = pod.VolumeId, TargetPath = pod.TargetPath }).ResponseAsync, StatusCode.Internal), pod.TargetPath);

        File.Delete(pod.TargetPath);
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task Target_WhoseParentIsAFile_IsRefused()
    {
        await File.WriteAllTextAsync(node.Folder["file"], "mine", TestContext.Current.CancellationToken);
        string target = node.Folder["file"] + "/mount";
        Remains.Says(await pod.PublishFailsAsync(StatusCode.Internal, r => r.TargetPath = target), target);
        Remains.None(node, pod);
    }

    [Fact]
    public async Task Target_WhoseParentIsAbsent_IsRefused()
    {
        string target = node.Folder["none/mount"];
        Remains.Says(await pod.PublishFailsAsync(StatusCode.Internal, r => r.TargetPath = target), target, "parent folder does not exist");
        Remains.None(node, pod);
    }

    [Fact]
    public async Task Target_OfAnotherVolume_IsRefused_AndTheOtherLivesOn()
    {
        node.Secrets.Put("other", "mine");
        node.Cluster.Class("shop", "others", "other");
        PodUnderTest other = node.Pod("shop", "other", "others");
        await pod.PublishAsync();

        Remains.Says(await other.PublishFailsAsync(StatusCode.FailedPrecondition, r => r.TargetPath = pod.TargetPath), other.VolumeId, pod.TargetPath);

        Assert.Equal(["db"], pod.Files());
        Assert.Equal(1, node.Engine.Store.Count);
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task Unpublish_AtAnotherVolumesTarget_LeavesBoth()
    {
        PodUnderTest other = node.Pod("shop", "other", "creds");
        await pod.PublishAsync();
        await other.PublishAsync();
        long held = node.Engine.Budget.Held;

        Remains.Says(
            await FailsAsync(c => c.NodeUnpublishVolumeAsync(new() { VolumeId = pod.VolumeId, TargetPath = other.TargetPath }).ResponseAsync, StatusCode.FailedPrecondition),
            pod.VolumeId,
            other.TargetPath);

        Assert.Equal((2, held), (node.Engine.Store.Count, node.Engine.Budget.Held));
        Assert.Equal(("first", "first"), (pod.Read("db"), other.Read("db")));
        await pod.UnpublishAsync();
        await other.UnpublishAsync();
        Remains.None(node, pod);
    }

    [Fact]
    public async Task Unpublish_AtAPlaceThatIsNobodys_IsOk_AndTheVolumeLivesOn()
    {
        await pod.PublishAsync();
        await node.Csi.NodeUnpublishVolumeAsync(new() { VolumeId = pod.VolumeId, TargetPath = node.Folder["nobody"] }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("first", pod.Read("db"));
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
        Assert.True(node.Engine.Budget.Held > 0);
    }

    [Fact]
    public async Task TrailingSlashes_AreTheSamePlace()
    {
        await pod.PublishAsync(r => r.TargetPath += "/");
        Assert.Equal("first", pod.Read("db"));
        await pod.UnpublishAsync();
        Remains.None(node, pod);
    }

    private Task<string> FailsAsync<T>(Func<Node.NodeClient, Task<T>> call) => FailsAsync(call, StatusCode.InvalidArgument);

    private async Task<string> FailsAsync<T>(Func<Node.NodeClient, Task<T>> call, StatusCode code)
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call(node.Csi));
        Assert.Equal((code, e.Status.Detail), (e.StatusCode, e.Status.Detail));
        return e.Status.Detail;
    }
}
