using System.Globalization;
using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary>What <c>/metrics</c> says of volumes: one series for each set of labels, or a scrape is refused.</summary>
public sealed class VolumeMetricTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task TwoVolumesOfOnePodAndClass_AreOneSeries_TheOlderOne()
    {
        PodUnderTest first = node.Pod("shop", "web", "creds");
        await first.PublishAsync();
        await node.PassAsync(TimeSpan.FromSeconds(7));
        var second = new PodUnderTest(node.Kubelet, "shop", "web", "creds") { Uid = first.Uid, ServiceAccountUid = first.ServiceAccountUid, Volume = "more" };
        await second.PublishAsync();
        string[] lines = (await node.Endpoints.MetricsAsync()).Split('\n');
        string age = Assert.Single(lines, static l => l.StartsWith("csi_secrets_volume_last_success_age_seconds{", StringComparison.Ordinal));
        Assert.Equal("csi_secrets_volume_last_success_age_seconds{namespace=\"shop\",pod=\"web\",secretproviderclass=\"creds\"} 7", age);
        Assert.Contains("csi_secrets_volumes 2", lines);
    }

    [Fact]
    public async Task CallsWithABadIdOrPath_AreCountedAsFailed()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishFailsAsync(StatusCode.InvalidArgument, static r => r.VolumeId = "");
        await pod.PublishFailsAsync(StatusCode.InvalidArgument, static r => r.TargetPath = "mount");
        await pod.PublishFailsAsync(StatusCode.InvalidArgument, static r => r.Readonly = false);
        await Assert.ThrowsAsync<RpcException>(() => node.Csi.NodeUnpublishVolumeAsync(
            new() { VolumeId = pod.VolumeId }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        string[] lines = (await node.Endpoints.MetricsAsync()).Split('\n');
        Assert.Contains("node_publish_error_total{provider=\"\",error_type=\"InvalidRequest\",os_type=\"linux\"} 3", lines);
        Assert.Contains("node_unpublish_error_total{os_type=\"linux\"} 1", lines);
        Assert.DoesNotContain(lines, static l => l.StartsWith("node_publish_total{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CallsThatWaitInVain_AreCountedOnceEach()
    {
        var hold = new TaskCompletionSource();
        node.Secrets.Hold = hold.Task;
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        Task calls = Task.WhenAll(pod.PublishAsync(), pod.PublishAsync(), pod.PublishAsync());
        await node.PassWhileAsync(calls, TimeSpan.FromMinutes(2));
        await Assert.ThrowsAsync<RpcException>(() => calls);
        hold.SetResult();
        await node.PassAsync(TimeSpan.FromMinutes(1)); // a failed read is remembered for a while
        await pod.PublishAsync();
        string[] lines = (await node.Endpoints.MetricsAsync()).Split('\n');
        Assert.Equal(3, lines.Where(static l => l.StartsWith("node_publish_error_total{", StringComparison.Ordinal)).Sum(static l => int.Parse(l.Split(' ')[^1], CultureInfo.InvariantCulture)));
        Assert.Contains("node_publish_total{provider=\"fake\",os_type=\"linux\"} 1", lines);
    }

    [Fact]
    public async Task Scrape_HasNoSeriesTwice()
    {
        foreach (string name in (string[])["web", "api", "web"])
        {
            await node.Pod("shop", name, "creds").PublishAsync();
        }

        string[] series = [.. (await node.Endpoints.MetricsAsync()).Split('\n').Where(static l => l.Length > 0 && l[0] != '#').Select(static l => l[..l.LastIndexOf(' ')])];
        Assert.Equal(series.Length, series.Distinct().Count());
    }
}
