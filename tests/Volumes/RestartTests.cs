using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Another process over the same folders: volumes are as before, nothing is fetched that is not due, and what is due is.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task NothingDue_NothingFetched_UntilItIs()
    {
        await node.PassAsync(TimeSpan.FromSeconds(60));
        await node.RestartAsync();
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromSeconds(55));
        Assert.Equal(["read db"], node.Secrets.Calls);
        await node.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["read db", "probe db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task RefreshedBefore_ItsClockIsKept()
    {
        await node.PassAsync(TimeSpan.FromSeconds(135));
        Assert.Equal(2, node.Secrets.Calls.Count);
        await node.RestartAsync(TimeSpan.FromSeconds(60));
        await pod.PublishAsync();
        Assert.Equal(2, node.Secrets.Calls.Count);
    }

    [Fact]
    public async Task DownForLong_FirstRepublishRefreshes()
    {
        node.Secrets.Put("db", "second");
        await node.RestartAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("first", pod.Read("db"));
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.Equal(["read db", "probe db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task FailureBefore_IsStillShown()
    {
        node.Secrets.Fail = static _ => new CsiSecrets.Model.SecretsException(CsiSecrets.Model.FailureReason.AccessDenied, "db", "denied", "");
        await node.PassUntilAsync(() => node.Engine.Store.Find(pod.VolumeId)!.State.Failure is not null, TimeSpan.FromMinutes(5), "the failed refresh");
        await node.RestartAsync();
        Assert.Contains("denied", (await pod.StatsAsync()).VolumeCondition.Message);
    }

    [Fact]
    public async Task Reboot_StateIsStale_VolumesAreMountedAfresh()
    {
        node.Secrets.Put("db", "second");
        await node.RebootAsync();
        Assert.Equal(0, node.Engine.Store.Count);
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.Equal(2, node.Mounts.Calls.Count(c => c.StartsWith("mount")));
    }

    [Fact]
    public async Task StateFilesDamaged_VolumeIsTakenUpAgainAtTheRepublish()
    {
        foreach (string file in Directory.EnumerateFiles(node.Options.Volumes.StateDirectory, "*.json", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(file, "{\"bootId\":");
        }

        node.Secrets.Put("db", "second");
        await node.RestartAsync();
        Assert.Equal("first", pod.Read("db"));
        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
        Assert.Single(node.Mounts.Calls, c => c.StartsWith("mount"));
    }

    [Fact]
    public async Task State_HoldsNoValueAndNoToken()
    {
        await node.PassAsync(TimeSpan.FromSeconds(135));
        string state = node.StateText();
        Assert.Contains("\"db\"", state);
        Assert.DoesNotContain("first", state);
        Assert.DoesNotContain(UnsignedTokens.Marker, state);
    }
}
