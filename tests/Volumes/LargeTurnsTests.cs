using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Large classes take turns; ordinary ones wait for none of them, and no turn is lost.</summary>
public sealed class LargeTurnsTests : IAsyncLifetime
{
    private readonly TaskCompletionSource hang = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        for (int i = 0; i < 4; i++)
        {
            node.Secrets.Put($"big-{i}", "first");
            node.Cluster.Class("evil", $"big-{i}", $"big-{i}", ("comment", new string('x', 200_000)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        hang.TrySetResult();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Large_OneAtATime_AndANeighbourAtOnce()
    {
        node.Secrets.Hold = hang.Task;
        Task[] big = [.. Enumerable.Range(0, 4).Select(i => node.Pod("evil", $"pod-{i}", $"big-{i}").PublishAsync())];
        await Wait.UntilAsync(() => node.Secrets.Calls.Count == 1, "the first one's read");
        node.Secrets.Hold = Task.CompletedTask;

        PodUnderTest web = node.Pod("shop", "web", "creds");
        await web.PublishAsync();

        Assert.Equal("first", web.Read("db"));
        Assert.Single(node.Secrets.Calls, static c => c.StartsWith("read big-", StringComparison.Ordinal));
        Assert.DoesNotContain(big, static b => b.IsCompleted);
        hang.SetResult();
        await Task.WhenAll(big);
    }

    [Fact]
    public async Task Large_ThatFailsInAnyWay_GivesItsTurnBack()
    {
        PodUnderTest pod = node.Pod("evil", "pod", "big-0");
        node.Cluster.ClassOf("nobody", "evil", "big-1", [("comment", new string('x', 200_000))]);
        await node.Pod("evil", "other", "big-1").PublishFailsAsync(StatusCode.FailedPrecondition);
        node.Secrets.Remove("big-0");
        await pod.PublishFailsAsync(StatusCode.NotFound);
        node.Secrets.Put("big-0", "first");
        await node.PassAsync(TimeSpan.FromSeconds(20));

        await pod.PublishAsync();
        node.Secrets.Put("big-0", "second");
        await node.PassAsync(TimeSpan.FromSeconds(135));

        Assert.Equal("second", pod.Read("big-0"));
    }
}
