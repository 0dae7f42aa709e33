using CsiSecrets.Tests.Harness;
using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Volumes;

/// <summary>On a live volume every failure is a failed refresh: the old files stay, the answer is OK, the pod is told, and it heals.</summary>
public sealed class LiveVolumeTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    private VolumeState State => node.Engine.Store.Find(pod.VolumeId)!.State;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Breakage.Names), MemberType = typeof(Breakage))]
    public async Task Refresh_StepBroken_KeepsFilesAnswersOkTellsAndHeals(string name)
    {
        int calls = node.Mounts.Calls.Count;
        node.Secrets.Put("db", "new");
        Breakage.All[name].Break(node);
        await node.PassUntilAsync(() => State.Failure is not null, TimeSpan.FromMinutes(5), "a failed refresh of the driver's own");
        await pod.PublishAsync();
        await AssertFailingAsync(Breakage.All[name].Says);
        Assert.Equal("first", pod.Read("db"));
        Assert.Equal(calls, node.Mounts.Calls.Count);

        await Breakage.RepairAsync(node);
        await node.PassUntilAsync(() => State.Failure is null && pod.Read("db") == "second", TimeSpan.FromMinutes(5), "recovery");
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Theory]
    [MemberData(nameof(Breakage.Names), MemberType = typeof(Breakage))]
    public async Task Republish_StepBroken_KeepsFilesAndAnswersOk(string name)
    {
        // No token for the driver's own refreshes: the kubelet's call is what refreshes.
        pod.TokenLife = TimeSpan.FromSeconds(5);
        await pod.PublishAsync();
        node.Secrets.Put("db", "new");
        Breakage.All[name].Break(node);
        await node.SeesClassAsync("shop", "creds");
        await node.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3));
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        await AssertFailingAsync(Breakage.All[name].Says);
    }

    [Theory]
    [MemberData(nameof(BadRequest.Names), MemberType = typeof(BadRequest))]
    public async Task Republish_RequestBad_KeepsFilesAnswersOkAndTells(string name)
    {
        await pod.PublishAsync(BadRequest.All[name].Change);
        Assert.Equal("first", pod.Read("db"));
        await AssertFailingAsync(BadRequest.All[name].Says);

        await node.PassAsync(TimeSpan.FromSeconds(11));
        await pod.PublishAsync();
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Theory]
    [InlineData(PublishStep.Read)]
    [InlineData(PublishStep.Planned)]
    [InlineData(PublishStep.Resolved)]
    [InlineData(PublishStep.LaidOut)]
    [InlineData(PublishStep.Written)]
    [InlineData(PublishStep.Saved)]
    [InlineData(PublishStep.Reported)]
    internal async Task Republish_DefectAfterAStep_FilesAreWholeAndAnswerIsOk(PublishStep step)
    {
        pod.TokenLife = TimeSpan.FromSeconds(5);
        await pod.PublishAsync();
        node.Secrets.Put("db", "second");
        await node.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3));
        node.Passed = passed => _ = passed == step ? throw new InvalidOperationException("marker-of-a-defect") : 0;
        await pod.PublishAsync();
        Assert.Equal(step < PublishStep.Written ? "first" : "second", pod.Read("db"));
        await AssertFailingAsync("unexpected InvalidOperationException");
        Assert.Contains(node.Logs.GetSnapshot(), l => l.Message.Contains("unexpected InvalidOperationException"));
        Assert.DoesNotContain(node.Logs.GetSnapshot(), l => l.Message.Contains("marker-of-a-defect"));

        node.Passed = static _ => { };
        await node.PassAsync(TimeSpan.FromSeconds(11));
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task StateFolderGone_RefreshesGoOn_AndReadinessShowsIt()
    {
        Directory.Delete(node.Options.Volumes.StateDirectory, recursive: true);
        node.Secrets.Put("db", "second");
        await node.PassUntilAsync(() => pod.Read("db") == "second", TimeSpan.FromMinutes(5), "the new files");
        await pod.PublishAsync();
        Assert.Contains("[-] state: fetches.json cannot be written", (await node.Endpoints.ReadyAsync()).Text);
        Assert.Equal((200, "ok"), await node.Endpoints.LiveAsync());
    }

    [Fact]
    public async Task UnmountFails_SaysSoInThePeersWords_IsCounted_AndTheNextTryEndsIt()
    {
        node.Mounts.Fail = static (call, target) => call == "remove" ? new CsiSecrets.Model.SecretsException(
            CsiSecrets.Model.FailureReason.UnmountFailed, $"target path {target}", "Device or resource busy (errno 16)", "look at that folder") : null;
        Grpc.Core.RpcException e = await Assert.ThrowsAsync<Grpc.Core.RpcException>(pod.UnpublishAsync);
        Assert.Equal(Grpc.Core.StatusCode.Internal, e.StatusCode);
        Assert.Equal($"failed to clean and unmount target path, err: target path {pod.TargetPath}: Device or resource busy (errno 16): look at that folder", e.Status.Detail);
        Assert.Contains(node.Logs.GetSnapshot(), l => l.Message.Contains("failed to clean and unmount target path"));
        Assert.Contains("node_unpublish_error_total{os_type=\"linux\"} 1", await node.Endpoints.MetricsAsync());
        Assert.Equal("first", pod.Read("db"));

        node.Mounts.Fail = null;
        await pod.UnpublishAsync();
        Assert.Equal(0, node.Engine.Store.Count);
        Assert.Contains("node_unpublish_total{os_type=\"linux\"} 1", await node.Endpoints.MetricsAsync());
    }

    [Fact]
    public async Task StateFolderGone_PodCanEnd()
    {
        Directory.Delete(node.Options.Volumes.StateDirectory, recursive: true);
        await pod.UnpublishAsync();
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.Equal((0, 0L), (node.Engine.Store.Count, node.Engine.Budget.Held));
        Assert.DoesNotContain("node_unpublish_error_total{", await node.Endpoints.MetricsAsync());
    }

    [Fact]
    public async Task MountVanished_LoopDoesNotSpin_AndNextRepublishMountsAnew()
    {
        node.Mounts.Reboot();
        await node.PassUntilAsync(() => State.Failure is not null, TimeSpan.FromMinutes(5), "the failed refresh");
        int count = State.Failure!.Count;
        await node.PassAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(State.Failure!.Count - count, 1, 6);
        Assert.Contains("delete the pod", State.Failure.Message);

        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    private async Task AssertFailingAsync(string says)
    {
        CsiSecrets.Csi.Wire.VolumeCondition condition = (await pod.StatsAsync()).VolumeCondition;
        Assert.True(condition.Abnormal);
        Assert.Contains(says.Replace("failed to get secretproviderclass shop/creds", "not found"), condition.Message);
        await node.PassUntilAsync(
            () => node.Cluster.Events(pod).Any(e => e.StartsWith("Warning MountRotationFailed") && e.Contains(says)), TimeSpan.FromMinutes(1), "the event");
        Assert.Contains("csi_secrets_volumes_failing 1", await node.Endpoints.MetricsAsync());
    }
}
