using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>What a volume and a node may hold: a mount beyond is refused before its first write, a refresh beyond keeps the old files.</summary>
public sealed class BoundsTests : IAsyncLifetime
{
    private const long VolumeBound = 1 << 20;

    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync(new NodeSetup
    {
        Options = static o => (o.Volumes.VolumeBytes, o.Volumes.NodeBytes) = (VolumeBound, 3 * VolumeBound / 2),
    });

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task FirstMount_BeyondTheVolumesBound_IsRefusedBeforeItMounts()
    {
        node.Secrets.Put("db", new byte[VolumeBound]);
        string message = await node.Pod("shop", "web", "creds").PublishFailsAsync(StatusCode.ResourceExhausted);
        Assert.Contains($"one volume may hold {VolumeBound}", message);
        Assert.DoesNotContain(node.Mounts.Calls, c => c.StartsWith("mount"));
        Assert.Equal(0, node.Engine.Budget.Held);
    }

    [Fact]
    public async Task FirstMount_BeyondTheNodesBound_IsRefused_UntilAnotherIsGone()
    {
        node.Secrets.Put("db", new byte[VolumeBound / 2 - 65536]);
        PodUnderTest first = node.Pod("shop", "one", "creds");
        PodUnderTest second = node.Pod("shop", "two", "creds");
        await first.PublishAsync();
        long held = node.Engine.Budget.Held;
        Assert.Contains("the other volumes of this node hold", await second.PublishFailsAsync(StatusCode.ResourceExhausted));
        Assert.Equal(held, node.Engine.Budget.Held);

        await first.UnpublishAsync();
        await second.PublishAsync();
        Assert.Equal(held, node.Engine.Budget.Held);
    }

    [Fact]
    public async Task EmptyFiles_AreNotFree_ThousandsAreRefused()
    {
        string[] names = [.. Enumerable.Range(0, 400).Select(static i => $"empty-{i}")];
        foreach (string name in names)
        {
            node.Secrets.Put(name, "");
        }

        node.Cluster.Class("shop", "creds", string.Join(',', names));
        PodUnderTest one = node.Pod("shop", "one", "creds");
        string message = await one.PublishFailsAsync(StatusCode.ResourceExhausted);
        Assert.Contains($"one volume may hold {VolumeBound}", message);
        Assert.DoesNotContain(node.Mounts.Calls, static c => c.StartsWith("mount", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NodesBound_AfterARestart_CountsWhatIsThere()
    {
        node.Secrets.Put("db", new byte[VolumeBound / 2 - 65536]);
        await node.Pod("shop", "one", "creds").PublishAsync();
        await node.RestartAsync();
        Assert.True(node.Engine.Budget.Held >= VolumeBound / 2 - 65536);
    }

    [Fact]
    public async Task Refresh_Grown_IsRoomedByARemount()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        long before = node.Mounts.Usage(pod.TargetPath).TotalBytes;
        node.Secrets.Put("db", new string('x', 200_000));
        await node.PassUntilAsync(() => pod.Read("db").Length == 200_000, TimeSpan.FromMinutes(5), "the grown file");
        Assert.Contains(node.Mounts.Calls, c => c.StartsWith("resize"));
        Assert.True(node.Mounts.Usage(pod.TargetPath).TotalBytes > before);
        Assert.DoesNotContain(node.Mounts.Calls, c => c.StartsWith("remove"));
    }

    [Fact]
    public async Task Refresh_BeyondTheVolumesBound_KeepsFilesAndReservation()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        long held = node.Engine.Budget.Held;
        node.Secrets.Put("db", new byte[VolumeBound]);
        await node.PassUntilAsync(() => node.Engine.Store.Find(pod.VolumeId)!.State.Failure is not null, TimeSpan.FromMinutes(5), "the failed refresh");
        Assert.Equal("first", pod.Read("db"));
        Assert.Equal(held, node.Engine.Budget.Held);
        Assert.Contains("--max-volume-size", (await pod.StatsAsync()).VolumeCondition.Message);
    }

    [Fact]
    public async Task Refresh_WriteFails_GivesItsReservationBack()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        long held = node.Engine.Budget.Held;
        node.Secrets.Put("db", new byte[100_000]);
        Breakage.All["disk full"].Break(node);
        await node.PassUntilAsync(() => node.Engine.Store.Find(pod.VolumeId)!.State.Failure is not null, TimeSpan.FromMinutes(5), "the failed refresh");
        Assert.Equal(held, node.Engine.Budget.Held);
    }
}
