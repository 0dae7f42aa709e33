using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Calls for one volume take turns, and each is answered before the kubelet's own two minutes are over.</summary>
public sealed class CallsAtOnceTests : IAsyncLifetime
{
    private static readonly TimeSpan KubeletPatience = TimeSpan.FromMinutes(2);

    private readonly TaskCompletionSource hold = new();
    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync(new NodeSetup { Options = static o => o.Fetch.CallTimeout = TimeSpan.FromMinutes(10) });
        pod = node.Pod("shop", "web", "creds");
    }

    public async ValueTask DisposeAsync()
    {
        hold.TrySetResult();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Publish_TwiceAtOnce_SecondWaitsAndFindsItDone()
    {
        node.Secrets.Hold = hold.Task;
        Task[] calls = [pod.PublishAsync(), pod.PublishAsync()];
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        hold.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(["read db"], node.Secrets.Calls);
        Assert.Single(node.Mounts.Calls);
    }

    [Fact]
    public async Task Unpublish_WhilePublishing_WaitsAndLeavesNothing()
    {
        node.Secrets.Hold = hold.Task;
        Task publish = pod.PublishAsync();
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        Task unpublish = pod.UnpublishAsync();
        hold.SetResult();
        await Task.WhenAll(publish, unpublish);
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.Equal((0, 0L), (node.Engine.Store.Count, node.Engine.Budget.Held));
    }

    [Fact]
    public async Task Publish_OtherVolumes_DoNotWait()
    {
        node.Secrets.Hold = hold.Task;
        Task slow = pod.PublishAsync();
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        node.Secrets.Hold = Task.CompletedTask;
        node.Secrets.Put("other", "o");
        node.Cluster.Class("shop", "others", "other");
        PodUnderTest other = node.Pod("shop", "other", "others");
        await other.PublishAsync();
        Assert.Equal("o", other.Read("other"));
        hold.SetResult();
        await slow;
    }

    [Fact]
    public async Task FirstMount_ProviderHangs_IsAnsweredInTime_AndLeavesNothing()
    {
        node.Secrets.Hold = hold.Task;
        Task<string> call = pod.PublishFailsAsync(StatusCode.DeadlineExceeded);
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        await node.PassWhileAsync(call, KubeletPatience);
        Assert.Contains("not ready in time", await call);
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.Equal(0, node.Engine.Store.Count);
    }

    [Fact]
    public async Task FirstMount_ProviderHangs_ByDefaultEndsWithTheProvidersName()
    {
        await using NodeUnderTest plain = await Breakage.NodeAsync();
        plain.Secrets.Hold = hold.Task;
        Task<string> call = plain.Pod("shop", "web", "creds").PublishFailsAsync(StatusCode.DeadlineExceeded);
        await Wait.UntilAsync(() => !plain.Secrets.Calls.IsEmpty, "the call to the provider");
        await plain.PassWhileAsync(call, TimeSpan.FromSeconds(70));
        Assert.Contains("provider fake did not answer within 60 s", await call);
    }

    [Fact]
    public async Task FirstMount_BehindOneThatHangs_IsAnsweredInTimeToo()
    {
        node.Secrets.Hold = hold.Task;
        Task<string> first = pod.PublishFailsAsync(StatusCode.DeadlineExceeded);
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        Task<StatusCode> second = CodeOfAsync(pod.PublishAsync());
        await node.PassWhileAsync(Task.WhenAll(first, second), KubeletPatience);
        Assert.True(await second is StatusCode.Aborted or StatusCode.DeadlineExceeded, $"{await second}");
    }

    [Fact]
    public async Task Republish_ProviderHangs_IsAnsweredOkInTime_AndRecorded()
    {
        pod.TokenLife = TimeSpan.FromSeconds(5);
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(3));
        node.Secrets.Hold = hold.Task;
        Task call = pod.PublishAsync();
        await Wait.UntilAsync(() => node.Secrets.Calls.Count > 1, "the call to the provider");
        Task behind = pod.PublishAsync();
        await node.PassWhileAsync(Task.WhenAll(call, behind), KubeletPatience);
        await call;
        await behind;
        Assert.Equal("first", pod.Read("db"));
        Assert.Contains("not ready in time", (await pod.StatsAsync()).VolumeCondition.Message);
    }

    [Fact]
    public async Task Publish_OfTwoVolumesAtOneTarget_OneHasItAndTheOtherIsRefused()
    {
        node.Secrets.Put("other", "o");
        node.Cluster.Class("shop", "others", "other");
        node.Secrets.Hold = hold.Task;
        Task first = pod.PublishAsync();
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        Task<StatusCode> second = CodeOfAsync(node.Pod("shop", "other", "others").PublishAsync(r => r.TargetPath = pod.TargetPath));
        hold.SetResult();
        await first;
        Assert.Equal(StatusCode.FailedPrecondition, await second);
        Assert.Equal((1, "first"), (node.Engine.Store.Count, pod.Read("db")));
        Assert.Equal(["read db"], node.Secrets.Calls);
        Assert.Single(node.Mounts.Calls);
    }

    [Fact]
    public async Task Unpublish_OfAnotherVolumeAtATargetInWork_IsRefused()
    {
        node.Secrets.Hold = hold.Task;
        Task publish = pod.PublishAsync();
        await Wait.UntilAsync(() => !node.Secrets.Calls.IsEmpty, "the call to the provider");
        Task<StatusCode> stray = CodeOfAsync(node.Csi.NodeUnpublishVolumeAsync(
            new() { VolumeId = "csi-another", TargetPath = pod.TargetPath }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        hold.SetResult();
        await publish;
        Assert.Equal(StatusCode.FailedPrecondition, await stray);
        Assert.Equal("first", pod.Read("db"));
    }

    private static async Task<StatusCode> CodeOfAsync(Task call) => (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode;
}
