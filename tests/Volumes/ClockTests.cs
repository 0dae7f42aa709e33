using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>A machine's clock that is set, forward by mistake and back, in the midst of a volume's life.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;
    private PodUnderTest pod = null!;

    private SettableClock Clock => (SettableClock)node.Time;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        node.Cluster.Class("shop", "creds", "db,all*");
        pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        node.Secrets.Put("db", "second");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3650)]
    public async Task SetBack_RefreshesGoOn_AndAreNoMoreThanBefore(int days)
    {
        int before = node.Secrets.Calls.Count;
        Clock.Set(TimeSpan.FromDays(-days));

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal("second", pod.Read("db"));
        Assert.InRange(node.Secrets.Calls.Count - before, 1, 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3650)]
    public async Task SetForwardAndBackAgain_RefreshesGoOn(int days)
    {
        Clock.Set(TimeSpan.FromDays(days));
        await pod.PublishAsync(); // the kubelet's clock is the same one
        Assert.Equal("second", pod.Read("db"));
        Clock.Set(TimeSpan.FromDays(-days));
        node.Secrets.Put("db", "third");
        int before = node.Secrets.Calls.Count;

        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal("third", pod.Read("db"));
        Assert.InRange(node.Secrets.Calls.Count - before, 1, 6);
    }

    [Fact]
    public async Task SetBack_WhileARefreshFails_IsTriedAgain()
    {
        node.Secrets.Fail = static asked => asked == "db" ? new Model.SecretsException(Model.FailureReason.ProviderUnavailable, asked, "as the test wants", "") : null;
        await node.PassAsync(TimeSpan.FromMinutes(3));
        Assert.NotNull((await pod.StatsAsync()).VolumeCondition.Message);
        Clock.Set(TimeSpan.FromDays(-3650));
        node.Secrets.Fail = static _ => null;

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal("second", pod.Read("db"));
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task SetBack_AndARefreshThatGoesOnFailing_IsTriedNoMoreOftenThanBefore()
    {
        int looks = 0;
        node.Secrets.Fail = asked =>
        {
            looks++;
            return new Model.SecretsException(Model.FailureReason.ProviderUnavailable, asked, "as the test wants", "");
        };
        Clock.Set(TimeSpan.FromDays(-3650));

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.InRange(looks, 2, 20);
        Assert.True((await pod.StatsAsync()).VolumeCondition.Abnormal);
    }

    [Fact]
    public async Task SetBack_WhileTheProcessIsDown_TheNextOneRefreshes()
    {
        Clock.Set(TimeSpan.FromDays(-3650));
        await node.RestartAsync();
        await pod.PublishAsync();

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal("second", pod.Read("db"));
    }
}
