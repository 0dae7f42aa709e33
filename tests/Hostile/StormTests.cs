using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Volumes;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Far more calls at once than any kubelet makes, and callers that go away at every step.</summary>
public sealed class StormTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("db", "first");
        node.Cluster.Class("shop", "creds", "db");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Publish_500AtOnceOfOneVolume_IsOneMountAndOneRead()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => pod.PublishAsync()));
        Assert.Equal("first", pod.Read("db"));
        Assert.Single(node.Mounts.Calls, c => c.StartsWith("mount", StringComparison.Ordinal));
        Assert.Equal(["read db"], node.Secrets.Calls);
        Assert.Equal(1, node.Engine.Store.Count);
        await pod.UnpublishAsync();
        Remains.None(node, pod);
    }

    [Fact]
    public async Task PublishAndUnpublish_RacingOnOneVolume_EndWithNothing()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => i % 2 == 0 ? pod.PublishAsync() : pod.UnpublishAsync()));
            Assert.Equal(node.Engine.Store.Count, node.Mounts.List(node.Folder.Path).Count);
            Assert.Equal(node.Engine.Store.Count == 1 ? ["db"] : [], pod.Files());
        }

        await pod.UnpublishAsync();
        Remains.None(node, pod);
    }

    [Fact]
    public async Task Publish_2000VolumesAtOnce_WithinTheBounds()
    {
        PodUnderTest[] pods = [.. Enumerable.Range(0, 2000).Select(i => node.Pod("shop", $"web-{i}", "creds"))];
        await Task.WhenAll(pods.Select(p => p.PublishAsync()));
        Assert.Equal(2000, node.Engine.Store.Count);
        Assert.All(pods, p => Assert.Equal("first", p.Read("db")));
        Assert.Single(node.Secrets.Calls);
        await Task.WhenAll(pods.Select(p => p.UnpublishAsync()));
        Assert.All(pods, p => Assert.False(Path.Exists(p.TargetPath)));
        Remains.None(node, pods[0]);
    }

    [Fact]
    public async Task Publish_300VolumesAgainstABoundOf100_AdmitsSomeAndHoldsNoMore()
    {
        PodUnderTest first = node.Pod("shop", "first", "creds");
        await first.PublishAsync();
        long one = node.Engine.Budget.Held;
        node.Options.Volumes.NodeBytes = 100 * one;
        PodUnderTest[] pods = [.. Enumerable.Range(0, 300).Select(i => node.Pod("shop", $"web-{i}", "creds"))];
        StatusCode[] codes = await Task.WhenAll(pods.Select(CodeOfAsync));
        Assert.Equal(99, codes.Count(c => c == StatusCode.OK));
        Assert.Equal(201, codes.Count(c => c == StatusCode.ResourceExhausted));
        Assert.Equal((100, 100 * one), (node.Engine.Store.Count, node.Engine.Budget.Held));
        Assert.Equal(100, node.Mounts.List(node.Folder.Path).Count);
        await Task.WhenAll(pods.Append(first).Select(p => p.UnpublishAsync()));
        Remains.None(node, first);
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
    internal async Task FirstMount_CallerGoesAwayAtAStep_IsWholeOrNothing_AndTheNextCallIsWhole(PublishStep step)
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await CallAndLeaveAsync(pod, step);
        await Wait.UntilAsync(() => IsWholeOrNothing(pod), "a whole volume or none");

        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        await pod.UnpublishAsync();
        Remains.None(node, pod);
    }

    [Theory]
    [InlineData(PublishStep.Entered)]
    [InlineData(PublishStep.Read)]
    [InlineData(PublishStep.Planned)]
    [InlineData(PublishStep.Resolved)]
    [InlineData(PublishStep.LaidOut)]
    [InlineData(PublishStep.Written)]
    [InlineData(PublishStep.Saved)]
    internal async Task Republish_CallerGoesAwayAtAStep_FilesAreWhole_AndTheNextCallRefreshes(PublishStep step)
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        pod.TokenLife = TimeSpan.FromSeconds(5);
        await pod.PublishAsync();
        node.Secrets.Put("db", "second");
        node.Time.Advance(TimeSpan.FromMinutes(3));

        await CallAndLeaveAsync(pod, step);
        Assert.Contains(pod.Read("db"), (string[])["first", "second"]);

        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Theory]
    [InlineData(PublishStep.UnpublishEntered)]
    [InlineData(PublishStep.Unmounted)]
    [InlineData(PublishStep.Forgotten)]
    internal async Task Unpublish_CallerGoesAwayAtAStep_TheNextCallEndsIt(PublishStep step)
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        using var gone = new CancellationTokenSource();
        node.Passed = passed => Leave(passed == step, gone);
        await LeftAsync(node.Csi.NodeUnpublishVolumeAsync(
            new NodeUnpublishVolumeRequest { VolumeId = pod.VolumeId, TargetPath = pod.TargetPath }, cancellationToken: gone.Token).ResponseAsync);
        node.Passed = static _ => { };
        await pod.UnpublishAsync();
        Remains.None(node, pod);
    }

    private bool IsWholeOrNothing(PodUnderTest pod) =>
        (node.Engine.Store.Count, node.Mounts.List(node.Folder.Path).Count, node.Engine.Budget.Held > 0, pod.Files().Count) is (0, 0, false, 0) or (1, 1, true, 1);

    private static async Task<StatusCode> CodeOfAsync(PodUnderTest pod)
    {
        try
        {
            await pod.PublishAsync();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private async Task CallAndLeaveAsync(PodUnderTest pod, PublishStep step)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(pod.TargetPath)!);
        using var gone = new CancellationTokenSource();
        using var passed = new SemaphoreSlim(0);
        node.Passed = at =>
        {
            Leave(at == step, gone);
            if (at == step)
            {
                passed.Release();
            }
        };
        await LeftAsync(node.Csi.NodePublishVolumeAsync(pod.Request(), cancellationToken: gone.Token).ResponseAsync);
        Assert.True(await passed.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken));
        node.Passed = static _ => { };
    }

    private static void Leave(bool now, CancellationTokenSource gone)
    {
        if (now)
        {
            gone.Cancel();
        }
    }

    private static async Task LeftAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException e)
        {
            Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        }
    }
}
