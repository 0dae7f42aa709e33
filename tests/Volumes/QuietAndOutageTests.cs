using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>A node on which nothing changes writes nothing; a node whose API server is away goes on.</summary>
public sealed class QuietAndOutageTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task QuietHour_With110Volumes_WritesNothingAtTheApiServer()
    {
        PodUnderTest[] pods = [.. Enumerable.Range(0, 110).Select(i => node.Pod("shop", $"web-{i}", $"creds-{i % 10}"))];
        for (int i = 0; i < 10; i++)
        {
            node.Secrets.Put($"db-{i}", "first");
            node.Cluster.Class("shop", $"creds-{i}", $"db-{i}");
        }

        foreach (PodUnderTest pod in pods)
        {
            await pod.PublishAsync();
        }

        await Wait.UntilAsync(() => node.Api.All("secretproviderclasspodstatuses").Count == pods.Length, "all statuses");
        int writes = node.Cluster.Writes().Count;
        Assert.Equal(pods.Length, writes);
        int calls = node.Secrets.Calls.Count;
        for (int minute = 0; minute < 60; minute += 10)
        {
            foreach (PodUnderTest pod in pods)
            {
                await pod.PublishAsync();
            }

            await node.PassAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(3));
        }

        Assert.InRange(node.Secrets.Calls.Count - calls, 10 * 24, 10 * 31);
        PodUnderTest last = node.Pod("shop", "last", "creds");
        await last.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(last) is not null, "the last pod's status, which queues behind whatever else was to be written");
        Assert.Empty(pods.SelectMany(node.Cluster.Events));
        Assert.Equal(writes + 1, node.Cluster.Writes().Count);
    }

    [Fact]
    public async Task ApiServerAwayForTenMinutes_LivesOn_RefreshesGoOn_ReadinessAndMetricShowIt()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await Wait.UntilAsync(() => node.Cluster.Status(pod) is not null, "the pod status");
        await node.SeesClassAsync("shop", "creds");
        await node.Api.GoAwayAsync();
        node.Secrets.Put("db", "second");
        bool shown = false;
        for (int minute = 0; minute < 10; minute++)
        {
            await node.PassAsync(TimeSpan.FromMinutes(1));
            Assert.Equal((200, "ok"), await node.Endpoints.LiveAsync());
            Assert.True((await node.Identity.ProbeAsync(new ProbeRequest())).Ready);
            await pod.PublishAsync();
            shown = shown || (await node.Endpoints.ReadyAsync()).Status == 503;
        }

        Assert.Equal("second", pod.Read("db"));
        Assert.True(shown);
        Assert.Contains("csi_secrets_ready{check=\"pods\"} 0", await node.Endpoints.MetricsAsync());
        Assert.Contains("[-] podstatuses", (await node.Endpoints.ReadyAsync()).Text);

        // A new pod of a class that is known needs no API server either.
        PodUnderTest late = node.Pod("shop", "late", "creds");
        await late.PublishAsync();
        Assert.Equal("second", late.Read("db"));

        await node.Api.ComeBackAsync();
        await node.PassUntilAsync(() => node.Cluster.Status(late) is not null, TimeSpan.FromMinutes(3), "the late pod's status");
        await node.PassUntilAsync(() => node.Endpoints.ReadyAsync().GetAwaiter().GetResult().Status == 200, TimeSpan.FromMinutes(3), "readiness");
        Assert.Equal("v2", (string?)node.Cluster.Status(pod)!["status"]!["objects"]![0]!["version"]);
    }

    [Fact]
    public async Task ApiServerAway_ProcessRestarts_VolumesStayAndRefreshesGoOnWhereTheyCan()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await node.Api.GoAwayAsync();
        await node.RestartAsync();
        Assert.Equal("first", pod.Read("db"));
        Assert.Equal((200, "ok"), await node.Endpoints.LiveAsync());
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
        Assert.Equal(503, (await node.Endpoints.ReadyAsync()).Status);
        await node.Api.ComeBackAsync();
        node.Secrets.Put("db", "second");
        await node.PassUntilAsync(() => node.DriverFacts is not null, TimeSpan.FromMinutes(3), "the CSIDriver object");
        await pod.PublishAsync();
        await node.PassUntilAsync(() => pod.Read("db") == "second", TimeSpan.FromMinutes(3), "the refresh");
    }
}
