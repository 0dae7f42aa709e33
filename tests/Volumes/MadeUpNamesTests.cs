using CsiSecrets.Resolution;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>Names of objects that a tenant makes up, by the thousand: the node does not remember them.</summary>
public sealed class MadeUpNamesTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;
    private SharedFetch fetch = null!;

    public async ValueTask InitializeAsync()
    {
        node = await Breakage.NodeAsync();
        fetch = node.Engine.Fetch;
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Absent_AreForgottenWithinTheMinute_AndWhatAVolumeHasIsNot()
    {
        PodUnderTest web = node.Pod("shop", "web", "creds");
        await web.PublishAsync();
        for (int round = 0; round < 3; round++)
        {
            node.Cluster.Class("evil", $"many-{round}", string.Join(',', Enumerable.Range(0, 1000).Select(i => $"no-{round}-{i}")));
            await node.Pod("evil", $"pod-{round}", $"many-{round}").PublishFailsAsync(StatusCode.NotFound);
        }

        Assert.Equal(3001, fetch.Known);
        await node.PassAsync(TimeSpan.FromMinutes(1));
        await node.Engine.Rotation.RunDueAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, fetch.Known);
        Assert.DoesNotContain("probe db", node.Secrets.Calls);
    }

    [Fact]
    public async Task Absent_TooManyAtOnce_AreNotRememberedAtAll()
    {
        node.Options.Fetch.MostRemembered = 500;
        PodUnderTest web = node.Pod("shop", "web", "creds");
        await web.PublishAsync();
        for (int round = 0; round < 3; round++)
        {
            node.Cluster.Class("evil", $"many-{round}", string.Join(',', Enumerable.Range(0, 1000).Select(i => $"no-{round}-{i}")));
            await node.Pod("evil", $"pod-{round}", $"many-{round}").PublishFailsAsync(StatusCode.NotFound);
        }

        Assert.Equal(1, fetch.Known);
        node.Secrets.Put("db", "second");
        await node.PassAsync(TimeSpan.FromSeconds(135));
        Assert.Equal("second", web.Read("db"));
    }

    [Fact]
    public async Task OfAVolumeThatIsGone_AreForgotten()
    {
        PodUnderTest web = node.Pod("shop", "web", "creds");
        await web.PublishAsync();
        await web.UnpublishAsync();
        await node.PassAsync(TimeSpan.FromMinutes(1));
        await node.Engine.Rotation.RunDueAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, fetch.Known);
    }
}
