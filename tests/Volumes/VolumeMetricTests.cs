using CsiSecrets.Tests.Harness;

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
