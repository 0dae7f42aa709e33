using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Refreshes of one tenant that hang or break: nobody else's are late, and the loop goes on.</summary>
public sealed class RotationTurnTests : IAsyncLifetime
{
    private readonly TaskCompletionSource hang = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodeUnderTest node = null!;
    private PodUnderTest web = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        web = node.Pod("shop", "web", "creds");
        await web.PublishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        hang.TrySetResult();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task TwentyOfOneNamespaceHang_AnothersIsForcedAtOnce_AndTheyGoOnOneByOne()
    {
        PodUnderTest[] others = [.. Enumerable.Range(0, 20).Select(i => Other(i))];
        foreach (PodUnderTest other in others)
        {
            await other.PublishAsync();
        }

        node.Secrets.Hold = hang.Task;
        node.Time.Advance(TimeSpan.FromSeconds(25));
        await Wait.UntilAsync(() => Probes() == 4, "the refreshes that hang");
        node.Secrets.Hold = Task.CompletedTask;
        node.Secrets.Put("db", "second");
        node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => web.Read("db") == "second", "the neighbour's refresh");
        Assert.Equal(4, Probes());

        hang.SetResult();
        await Wait.UntilAsync(() => Probes() == 20, "the others' turns");
    }

    [Fact]
    public async Task Cancelled_ByNobodyWeKnow_IsAFailedRefresh_AndTheLoopGoesOn()
    {
        node.Secrets.Fail = static asked => asked == "open" ? throw new TaskCanceledException("marker-of-a-defect") : null;
        await node.PassAsync(TimeSpan.FromSeconds(135));
        Assert.Contains("Cancel", (await web.StatsAsync()).VolumeCondition.Message);
        Assert.Equal(200, (await node.Endpoints.LiveAsync()).Status);

        node.Secrets.Fail = static _ => null;
        node.Secrets.Put("db", "second");
        await node.PassAsync(TimeSpan.FromSeconds(135));
        Assert.Equal("second", web.Read("db"));
    }

    private int Probes() => node.Secrets.Calls.Count(static c => c.StartsWith("probe e", StringComparison.Ordinal));

    private PodUnderTest Other(int i)
    {
        node.Secrets.Put($"e{i}", "first");
        node.Cluster.Class("other", $"e{i}", $"e{i}", ("rotationPollInterval", "20s"));
        return node.Pod("other", $"pod-{i}", $"e{i}");
    }
}
