using CsiSecrets.Resolution;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Volumes;

/// <summary>When volumes are refreshed: the driver's own schedule, the class's interval, on demand, and each object's shared clock.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Longest = Interval * 1.1;

    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task OwnSchedule_TokenValid_FollowsWithoutTheKubelet()
    {
        PodUnderTest pod = await PublishedAsync("web", "creds");
        node.Secrets.Put("db", "second");
        await node.PassAsync(Interval - TimeSpan.FromSeconds(1));
        Assert.Equal("first", pod.Read("db"));
        await node.PassAsync(Longest - Interval + TimeSpan.FromSeconds(2));
        Assert.Equal("second", pod.Read("db"));
    }

    [Fact]
    public async Task OwnSchedule_TokenExpired_WaitsForTheKubelet()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        pod.TokenLife = TimeSpan.FromMinutes(1);
        await pod.PublishAsync();
        node.Secrets.Put("db", "second");
        await node.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("first", pod.Read("db"));
        Assert.Single(node.Secrets.Calls);

        await pod.PublishAsync();
        Assert.Equal("second", pod.Read("db"));
    }

    [Fact]
    public async Task ClassInterval_WinsOverTheFlag()
    {
        node.Cluster.Class("shop", "quick", "db", ("rotationPollInterval", "20s"));
        node.Cluster.Class("shop", "slow", "other", ("rotationPollInterval", "1h"));
        node.Secrets.Put("other", "first");
        PodUnderTest quick = await PublishedAsync("quick", "quick");
        PodUnderTest slow = await PublishedAsync("slow", "slow");
        slow.TokenLife = TimeSpan.FromHours(3);
        await slow.PublishAsync();
        node.Secrets.Put("db", "second");
        node.Secrets.Put("other", "second");
        await node.PassAsync(TimeSpan.FromSeconds(23));
        Assert.Equal("second", quick.Read("db"));
        await node.PassAsync(TimeSpan.FromMinutes(59));
        Assert.Equal("first", slow.Read("other"));
        await node.PassAsync(TimeSpan.FromMinutes(8));
        Assert.Equal("second", slow.Read("other"));
    }

    [Fact]
    public async Task ClassEdited_IsFollowedAtOnce()
    {
        PodUnderTest pod = await PublishedAsync("web", "creds");
        await node.SeesClassAsync("shop", "creds");
        node.Secrets.Put("extra", "more");
        node.Cluster.Class("shop", "creds", "db,extra");
        await Wait.UntilAsync(() => node.Engine.Store.Find(pod.VolumeId)!.State.Objects.Count == 2, "the class's new object");
        Assert.Equal("more", pod.Read("extra"));
        await Wait.UntilAsync(() => node.Cluster.Status(pod)?["status"]!["objects"]!.AsArray().Count == 2, "the status of both");
    }

    [Fact]
    public async Task ForceSync_OnThePod_RefreshesAtOnce_OncePerValue()
    {
        PodUnderTest pod = await PublishedAsync("web", "creds");
        node.Secrets.Put("db", "second");
        node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => pod.Read("db") == "second", "the forced refresh");

        node.Cluster.Annotate("pods", "shop", "web", "other", "annotation");
        node.Secrets.Put("db", "third");
        await node.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("second", pod.Read("db"));

        node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "2");
        await Wait.UntilAsync(() => pod.Read("db") == "third", "the second forced refresh");
    }

    [Fact]
    public async Task ForceSync_OnTheClass_RefreshesAllItsVolumesAtOnce()
    {
        PodUnderTest one = await PublishedAsync("one", "creds");
        PodUnderTest two = await PublishedAsync("two", "creds");
        await node.SeesClassAsync("shop", "creds");
        node.Secrets.Put("db", "second");
        node.Cluster.Annotate("secretproviderclasses", "shop", "creds", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => one.Read("db") == "second" && two.Read("db") == "second", "the forced refreshes");
    }

    [Fact]
    public async Task ForceSync_HonouredBefore_IsNotHonouredAgainAfterARestart()
    {
        PodUnderTest pod = await PublishedAsync("web", "creds");
        node.Secrets.Put("db", "second");
        node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => (string?)node.Cluster.Status(pod)?["status"]!["objects"]![0]!["version"] == "v2", "the end of the forced refresh");
        int calls = node.Secrets.Calls.Count;

        await node.RestartAsync();
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromSeconds(1));
        await node.Engine.Rotation.RunDueAsync(TestContext.Current.CancellationToken);
        Assert.Equal(calls, node.Secrets.Calls.Count);
    }

    [Fact]
    public async Task TwoVolumesOfOneIdentity_ShortestIntervalReadsForBoth()
    {
        node.Cluster.Class("shop", "quick", "db", ("rotationPollInterval", "20s"));
        PodUnderTest quick = await PublishedAsync("quick", "quick");
        PodUnderTest plain = await PublishedAsync("plain", "creds");
        Assert.Equal(["read db"], node.Secrets.Calls);
        node.Secrets.Put("db", "second");
        await node.PassAsync(TimeSpan.FromSeconds(23));
        Assert.Equal("second", quick.Read("db"));
        Assert.Equal("second", plain.Read("db"));
        Assert.Equal(["read db", "probe db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task TwoVolumesOfTwoIdentities_EachReadsForItself()
    {
        await PublishedAsync("one", "creds");
        await node.Pod("shop", "two", "creds", "other-account").PublishAsync();
        Assert.Equal(["read db", "read db"], node.Secrets.Calls);
    }

    [Fact]
    public async Task RotationOff_NothingIsRefreshedEver()
    {
        await using NodeUnderTest off = await Breakage.NodeAsync(new NodeSetup { Options = static o => o.Volumes.Rotation = false });
        PodUnderTest pod = off.Pod("shop", "web", "creds");
        pod.TokenLife = TimeSpan.FromHours(2);
        await pod.PublishAsync();
        off.Secrets.Put("db", "second");
        await off.PassAsync(TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        Assert.Single(off.Secrets.Calls);
    }

    [Fact]
    public void Jitter_StretchesByATenthAtMost_TheSameForOneObject()
    {
        TimeSpan[] all = [.. Enumerable.Range(0, 200).Select(i => VolumeSchedule.Jittered(Interval, FetchKey.Of("identity", $"object-{i}")))];
        Assert.All(all, t => Assert.InRange(t, Interval, Longest));
        Assert.True(all.Max() - all.Min() > Interval * 0.08);
        Assert.Equal(all[7], VolumeSchedule.Jittered(Interval, FetchKey.Of("identity", "object-7")));
    }

    private async Task<PodUnderTest> PublishedAsync(string name, string className)
    {
        PodUnderTest pod = node.Pod("shop", name, className);
        await pod.PublishAsync();
        return pod;
    }
}
