using System.Net;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Volumes;
using SwapStep = CsiSecrets.Publishing.PublishStep;

namespace CsiSecrets.Tests.InPlace;

/// <summary>From a changed secret to the application, through the whole node: when it is told, how often, and what a death in between does.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly Application application = new();
    private readonly List<IPEndPoint> dialled = [];
    private NodeUnderTest node = null!;

    private string Owed => node.Folder["state/notices"];

    public async ValueTask InitializeAsync() => node = await StartAsync(new NodeSetup { Options = static o => o.InPlace.Enabled = true });

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await application.DisposeAsync();
    }

    [Fact]
    public async Task ChangedFiles_AreToldOnce_AndNotBefore()
    {
        PodUnderTest pod = await PublishedAsync("web");
        await node.PassAsync(Soon);
        Assert.Empty(dialled);

        node.Secrets.Put("db", "second");
        await ToldAsync(1);
        Assert.Equal("second", pod.Read("db"));
        await node.PassAsync(Soon);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("10.1.2.3"), 8080)], dialled);
        await SettledAsync();
        Assert.Contains("csi_secrets_in_place_reloads_total{by=\"http\",outcome=\"done\"} 1", node.Meters.Expose(), StringComparison.Ordinal);
        Assert.DoesNotContain(node.Cluster.Events(pod), e => e.Contains("InPlace", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutTheFlag_NobodyIsTold()
    {
        await using NodeUnderTest off = await StartAsync(new NodeSetup());
        PodUnderTest pod = Pod(off, "web");
        await pod.PublishAsync();
        off.Secrets.Put("db", "second");
        await UntilAsync(off, () => pod.Read("db") == "second", "the new file");
        await off.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(dialled);
        Assert.False(Directory.Exists(off.Folder["state/notices"]));
    }

    [Fact]
    public async Task APodWithoutTheAnnotation_IsNotTold()
    {
        PodUnderTest pod = await PublishedAsync("web", annotation: "");
        node.Secrets.Put("db", "second");
        await UntilAsync(node, () => pod.Read("db") == "second", "the new file");
        await node.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(dialled);
        Assert.Empty(Directory.GetFiles(Owed));
    }

    [Fact]
    public async Task TwoVolumesOfOnePod_ThatChangeAtOnce_AreOneNotice()
    {
        PodUnderTest one = await PublishedAsync("web");
        var two = new PodUnderTest(node.Kubelet, "shop", "web", "creds") { Uid = one.Uid, ServiceAccountUid = one.ServiceAccountUid, Volume = "more" };
        await two.PublishAsync();

        node.Secrets.Put("db", "second");
        await ToldAsync(1);
        await node.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("second", two.Read("db"));
        Assert.Single(dialled);
    }

    [Fact]
    public async Task ADeadApplication_IsTriedTwice_ThenAnEventSaysSo()
    {
        application.Deaf = IPAddress.Parse("10.1.2.3");
        PodUnderTest pod = await PublishedAsync("web");
        node.Secrets.Put("db", "second");

        await UntilAsync(node, () => node.Cluster.Events(pod).Any(e => e.Contains("InPlaceReloadFailed", StringComparison.Ordinal)), "the event");
        await node.PassAsync(Soon);

        Assert.Equal(2, dialled.Count);
        Assert.Contains(node.Cluster.Events(pod), e => e.StartsWith("Warning InPlaceReloadFailed in-place reload by POST :8080/-/reload failed: the application cannot be reached", StringComparison.Ordinal));
        Assert.Contains("outcome=\"unreachable\"} 2", node.Meters.Expose(), StringComparison.Ordinal);
        await SettledAsync();
    }

    [Fact]
    public async Task ANewerChange_IsToldInsteadOfTheSecondAttempt()
    {
        application.Answer = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
        PodUnderTest pod = await PublishedAsync("web");
        node.Secrets.Put("db", "second");
        await ToldAsync(1);
        await Wait.UntilAsync(() => node.Meters.Expose().Contains("outcome=\"status\"} 1", StringComparison.Ordinal), "the first answer");
        application.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

        node.Secrets.Put("db", "third");
        node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => pod.Read("db") == "third", "the newest file");
        await ToldAsync(2);
        await node.PassAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(2, application.Requests.Count);
        Assert.DoesNotContain(node.Cluster.Events(pod), e => e.Contains("InPlace", StringComparison.Ordinal));
        await SettledAsync();
    }

    [Fact]
    public async Task ASlowApplication_HasOneCallAtATime()
    {
        application.Answer = null;
        PodUnderTest pod = await PublishedAsync("web");
        node.Secrets.Put("db", "second");
        await ToldAsync(1);
        node.Secrets.Put("db", "third");
        node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => pod.Read("db") == "third", "the newest file");
        await node.PassAsync(TimeSpan.FromSeconds(30));
        await ToldAsync(3);

        await UntilAsync(node, () => node.Cluster.Events(pod).Any(e => e.Contains("no answer in 2 s", StringComparison.Ordinal)), "the event");
        Assert.Equal(1, application.InFlight.Most);
    }

    [Theory]
    [InlineData(nameof(SwapStep.Swapped))]
    [InlineData(nameof(SwapStep.OldSetRemoved))]
    public async Task ADeathBetweenSwapAndNotice_IsMadeGoodByTheNextProcess(string step)
    {
        PodUnderTest pod = await PublishedAsync("web");
        node.Swapping = s =>
        {
            if (s.ToString() == step)
            {
                throw new InvalidOperationException("the process dies here");
            }
        };
        node.Secrets.Put("db", "second");
        await UntilAsync(node, () => pod.Read("db") == "second", "the swap");
        node.Swapping = static _ => { };
        Assert.Empty(dialled);

        await node.RestartAsync();
        await ToldAsync(1);

        await SettledAsync();
    }

    [Fact]
    public async Task ADeathWhileTheApplicationIsTold_TellsItAgain()
    {
        application.Answer = null;
        await PublishedAsync("web");
        node.Secrets.Put("db", "second");
        await ToldAsync(1);
        application.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

        await node.RestartAsync();
        await ToldAsync(2);

        await SettledAsync();
        await node.RestartAsync();
        await node.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, application.Requests.Count); // once told, it is settled
    }

    [Fact]
    public async Task APodThatHasNotBegun_IsToldOnceItRuns()
    {
        PodUnderTest pod = await PublishedAsync("web", status: """{"phase":"Pending","podIP":"10.1.2.3"}""");
        node.Secrets.Put("db", "second");
        await UntilAsync(node, () => pod.Read("db") == "second", "the new file");
        await node.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(dialled);

        Status("web", """{"phase":"Running","podIP":"10.1.2.3"}""");
        await ToldAsync(1);
    }

    [Theory]
    [InlineData("""{"phase":"Succeeded","podIP":"10.1.2.3"}""", "")]
    [InlineData("""{"phase":"Running","podIP":"10.1.2.3"}""", "2026-03-02T08:00:00Z")]
    public async Task APodThatEnds_IsNotTold(string status, string deleted)
    {
        PodUnderTest pod = await PublishedAsync("web", status: status, deleted: deleted);
        node.Secrets.Put("db", "second");
        await UntilAsync(node, () => pod.Read("db") == "second", "the new file");
        await node.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(dialled);
        await SettledAsync();
    }

    [Fact]
    public async Task ANewAddressOfThePod_IsTheOneThatIsCalled()
    {
        await PublishedAsync("web");
        Status("web", """{"phase":"Running","podIP":"10.1.2.4"}""");
        node.Secrets.Put("db", "second");
        await ToldAsync(1);

        Assert.Equal("10.1.2.4", Assert.Single(dialled).Address.ToString());
    }

    [Fact]
    public async Task HostNetwork_IsNeverCalled_AndAnEventSaysWhy()
    {
        PodUnderTest pod = await PublishedAsync("web");
        JsonObject there = node.Api.Get("pods", "shop", "web")!;
        there["spec"]!["hostNetwork"] = true;
        node.Api.Put("pods", there.ToJsonString());
        node.Secrets.Put("db", "second");

        await UntilAsync(node, () => node.Cluster.Events(pod).Any(e => e.Contains("the pod uses the node's network", StringComparison.Ordinal)), "the event");

        Assert.Empty(dialled);
        Assert.Contains("outcome=\"refused\"} 2", node.Meters.Expose(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheNodesOwnAddress_IsNeverCalled()
    {
        node.Api.Put("nodes", $$$"""{"metadata":{"name":"{{{NodeUnderTest.NodeName}}}"},"status":{"addresses":[{"type":"InternalIP","address":"10.1.2.3"}]}}""");
        PodUnderTest pod = await PublishedAsync("web");
        node.Secrets.Put("db", "second");

        await UntilAsync(node, () => node.Cluster.Events(pod).Any(e => e.Contains("is the node's own", StringComparison.Ordinal)), "the event");

        Assert.Empty(dialled);
    }

    [Fact]
    public async Task AWrongAnnotation_IsToldAtTheMountAlready()
    {
        PodUnderTest pod = await PublishedAsync("web", annotation: "POST http://169.254.169.254/latest\u202e\n");

        await UntilAsync(node, () => node.Cluster.Events(pod).Any(e => e.Contains("InPlaceReloadInvalid", StringComparison.Ordinal)), "the event");
        node.Secrets.Put("db", "second");
        await UntilAsync(node, () => pod.Read("db") == "second", "the new file");
        await node.PassAsync(TimeSpan.FromSeconds(10));

        string said = Assert.Single(node.Cluster.Events(pod), e => e.Contains("InPlace", StringComparison.Ordinal));
        Assert.Contains("annotation secrets-store.csi.k8s.io/reload-http", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', said);
        Assert.Empty(dialled);
        await SettledAsync();
    }

    [Fact]
    public async Task AVolumeThatGoes_TakesItsNoticeWithIt()
    {
        PodUnderTest pod = await PublishedAsync("web", status: """{"phase":"Pending"}""");
        node.Secrets.Put("db", "second");
        await UntilAsync(node, () => pod.Read("db") == "second", "the new file");
        Assert.Single(Directory.GetFiles(Owed));

        await pod.UnpublishAsync();

        Assert.Empty(Directory.GetFiles(Owed));
    }

    [Fact]
    public async Task ASignal_ReachesTheProcessOfThePod()
    {
        using var proc = new ProcFolder();
        await using NodeUnderTest signalling = await StartAsync(new NodeSetup { Options = static o => (o.InPlace.Enabled, o.InPlace.Signals) = (true, true), Proc = proc.Path });
        Child app = await proc.StartAsync("app", "trap 'echo usr1' USR1; echo ready; while :; do sleep 0.05; done");
        PodUnderTest pod = Pod(signalling, "web", annotation: "");
        signalling.Cluster.Annotate("pods", "shop", "web", "secrets-store.csi.k8s.io/reload-signal", "SIGUSR1 app");
        proc.Show(app.Id, pod.Uid);
        await pod.PublishAsync();
        signalling.Secrets.Put("db", "second");

        await UntilAsync(signalling, () => signalling.Meters.Expose().Contains("by=\"signal\",outcome=\"done\"} 1", StringComparison.Ordinal), "the signal");

        Assert.Equal("usr1", await app.LineAsync());
    }

    private async Task<NodeUnderTest> StartAsync(NodeSetup setup)
    {
        NodeUnderTest started = await Breakage.NodeAsync(setup);
        started.Cluster.Class("shop", "creds", "db", ("rotationPollInterval", "20s"));
        await started.SeesClassAsync("shop", "creds");
        // A call has two seconds of the test's time, but takes real time.
        started.Settled = () => started.Engine.Notices is not { Telling: > 0 } || application is { Answer: null, InFlight.Now: > 0 };
        started.DialPod = (to, token) =>
        {
            lock (dialled)
            {
                dialled.Add(to);
            }

            return application.DialAsync(to, token);
        };
        return started;
    }

    private async Task<PodUnderTest> PublishedAsync(
        string name, string annotation = "POST :8080/-/reload", string status = """{"phase":"Running","podIP":"10.1.2.3"}""", string deleted = "")
    {
        PodUnderTest pod = Pod(node, name, annotation, status, deleted);
        await pod.PublishAsync();
        return pod;
    }

    private static PodUnderTest Pod(
        NodeUnderTest of, string name, string annotation = "POST :8080/-/reload", string status = """{"phase":"Running","podIP":"10.1.2.3"}""", string deleted = "")
    {
        PodUnderTest pod = of.Pod("shop", name, "creds");
        JsonObject there = of.Api.Get("pods", "shop", name)!;
        there["status"] = JsonNode.Parse(status);
        if (annotation.Length > 0)
        {
            there["metadata"]!["annotations"] = new JsonObject { ["secrets-store.csi.k8s.io/reload-http"] = annotation };
        }

        if (deleted.Length > 0)
        {
            there["metadata"]!["deletionTimestamp"] = deleted;
        }

        of.Api.Put("pods", there.ToJsonString());
        return pod;
    }

    private void Status(string name, string status)
    {
        JsonObject there = node.Api.Get("pods", "shop", name)!;
        there["status"] = JsonNode.Parse(status);
        node.Api.Put("pods", there.ToJsonString());
    }

    private Task ToldAsync(int requests) => UntilAsync(node, () => application.Requests.Count >= requests, $"{requests} requests");

    private Task SettledAsync() => UntilAsync(node, () => Directory.GetFiles(Owed).Length == 0, "the end of what is owed");

    /// <summary>Passes time until something is so. The bound is real time: a watch's event takes some of it, on a busy machine more than the clock's seconds.</summary>
    private static async Task UntilAsync(NodeUnderTest of, Func<bool> condition, string what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), $"still waiting for: {what}");
            await of.PassAsync(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
