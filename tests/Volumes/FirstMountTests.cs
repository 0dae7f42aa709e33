using CsiSecrets.Tests.Harness;
using CsiSecrets.Volumes;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>A first mount that fails leaves nothing behind, whatever its code, and the next try succeeds.</summary>
public sealed class FirstMountTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        pod = node.Pod("shop", "web", "creds");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Breakage.Names), MemberType = typeof(Breakage))]
    public async Task Publish_StepBroken_LeavesNothing(string name)
    {
        Breakage breakage = Breakage.All[name];
        breakage.Break(node);
        string message = await pod.PublishFailsAsync(breakage.Code);
        Assert.Contains(breakage.Says, message);
        Assert.DoesNotContain("marker-of-a-defect", message);
        AssertNothingLeft();

        await Breakage.RepairAsync(node);
        await node.PassAsync(TimeSpan.FromSeconds(20));
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
    }

    [Theory]
    [MemberData(nameof(BadRequest.Names), MemberType = typeof(BadRequest))]
    public async Task Publish_RequestBad_LeavesNothing(string name)
    {
        BadRequest bad = BadRequest.All[name];
        string message = await pod.PublishFailsAsync(bad.Code, bad.Change);
        Assert.Contains(bad.Says, message);
        Assert.Empty(node.Secrets.Calls);
        Assert.Empty(node.Mounts.Calls);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Publish_DriverWithoutPodInfo_IsRefusedWithTheRemedy()
    {
        node.Cluster.Driver(podInfo: false);
        await Wait.UntilAsync(() => node.DriverFacts is { PodInfo: false }, "the CSIDriver's change");
        Assert.Contains("apply the CSIDriver manifest", await pod.PublishFailsAsync(StatusCode.FailedPrecondition));
        AssertNothingLeft();
    }

    [Fact]
    public async Task Publish_MountFails_LeavesNothing()
    {
        node.Mounts.Fail = static (call, target) => call == "mount" ? new CsiSecrets.Model.SecretsException(
            CsiSecrets.Model.FailureReason.MountFailed, $"target path {target}", "Operation not permitted (errno 1)", "") : null;
        Assert.StartsWith("failed to mount secrets store objects for pod shop/web, err: ", await pod.PublishFailsAsync(StatusCode.Internal));
        node.Mounts.Fail = null;
        AssertNothingLeft();
    }

    [Fact]
    public async Task Publish_StateFolderGone_LeavesNothing()
    {
        Directory.Delete(Path.Combine(node.Options.Volumes.StateDirectory, "volumes"));
        Assert.Contains("--state-dir", await pod.PublishFailsAsync(StatusCode.Internal));
        Directory.CreateDirectory(Path.Combine(node.Options.Volumes.StateDirectory, "volumes"));
        AssertNothingLeft();
    }

    [Theory]
    [InlineData(PublishStep.Entered)]
    [InlineData(PublishStep.Looked)]
    [InlineData(PublishStep.Read)]
    [InlineData(PublishStep.Planned)]
    [InlineData(PublishStep.Resolved)]
    [InlineData(PublishStep.LaidOut)]
    [InlineData(PublishStep.Written)]
    [InlineData(PublishStep.Saved)]
    [InlineData(PublishStep.Reported)]
    internal async Task Publish_DefectAfterAStep_LeavesNothing(PublishStep step)
    {
        node.Passed = passed => _ = passed == step ? throw new InvalidOperationException("marker-of-a-defect") : 0;
        string message = await pod.PublishFailsAsync(StatusCode.Internal);
        Assert.DoesNotContain("marker", message);
        AssertNothingLeft(statusToo: step < PublishStep.Reported);

        node.Passed = static _ => { };
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task Publish_CallerLeaves_LeavesNothing()
    {
        var hold = new TaskCompletionSource();
        node.Secrets.Hold = hold.Task;
        using var gone = new CancellationTokenSource();
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
        Task call = node.Csi.NodePublishVolumeAsync(pod.Request(), cancellationToken: gone.Token).ResponseAsync;
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        await gone.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await pod.UnpublishAsync(); // waits its turn: until the driver has noticed, too
        AssertNothingLeft();
        hold.SetResult();
    }

    [Fact]
    public async Task Publish_RemainsOfAKilledFirstMount_AreFilledNotAnswered()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
        node.Mounts.Mount(pod.TargetPath, new CsiSecrets.Posix.TmpfsOptions(65536, 16));
        Directory.CreateDirectory(pod["..2026_03_02_08_00_00.1"]);
        await File.WriteAllTextAsync(pod["..2026_03_02_08_00_00.1/db"], "half");
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task Publish_RemainsOfAKilledFirstMount_AreTakenAwayByACallThatCannotBeRead()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
        node.Mounts.Mount(pod.TargetPath, new CsiSecrets.Posix.TmpfsOptions(65536, 16));
        await pod.PublishFailsAsync(StatusCode.InvalidArgument, static r => r.Readonly = false);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Publish_TargetIsAnothersVolume_IsCountedAsAnError()
    {
        await pod.PublishAsync();
        PodUnderTest other = node.Pod("shop", "other", "creds");
        await other.PublishFailsAsync(StatusCode.FailedPrecondition, r => r.TargetPath = pod.TargetPath);
        Assert.Contains("node_publish_error_total{provider=\"\",error_type=\"VolumeConflict\",os_type=\"linux\"} 1", await node.Endpoints.MetricsAsync());
    }

    private void AssertNothingLeft(bool statusToo = true)
    {
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.Empty(node.Mounts.List(node.Folder.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(node.Options.Volumes.StateDirectory, "volumes")));
        Assert.Equal((0, 0L), (node.Engine.Store.Count, node.Engine.Budget.Held));
        if (statusToo)
        {
            Assert.Null(node.Cluster.Status(pod));
        }
    }
}
