using System.Net;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Volumes;

namespace CsiSecrets.Tests.InPlace;

/// <summary>From a changed secret to the application, through the whole node: when it is told, and how often.</summary>
public sealed class NoticeTests : NoticeSetup
{
    [Fact]
    public async Task ChangedFiles_AreToldOnce_AndNotBefore()
    {
        PodUnderTest pod = await PublishedAsync("web");
        await Node.PassAsync(Soon);
        Assert.Empty(Dialled);

        Node.Secrets.Put("db", "second");
        await ToldAsync(1);
        Assert.Equal("second", pod.Read("db"));
        await Node.PassAsync(Soon);

        Assert.Equal([new IPEndPoint(IPAddress.Parse("10.1.2.3"), 8080)], Dialled);
        await SettledAsync();
        Assert.Contains("csi_secrets_in_place_reloads_total{by=\"http\",outcome=\"done\"} 1", Node.Meters.Expose(), StringComparison.Ordinal);
        Assert.DoesNotContain(Node.Cluster.Events(pod), e => e.Contains("InPlace", StringComparison.Ordinal));
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

        Assert.Empty(Dialled);
        Assert.False(Directory.Exists(off.Folder["state/notices"]));
    }

    [Fact]
    public async Task APodWithoutTheAnnotation_IsNotTold()
    {
        PodUnderTest pod = await PublishedAsync("web", annotation: "");
        Node.Secrets.Put("db", "second");
        await UntilAsync(Node, () => pod.Read("db") == "second", "the new file");
        await Node.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(Dialled);
        Assert.Empty(Directory.GetFiles(Owed));
    }

    [Fact]
    public async Task TwoVolumesOfOnePod_ThatChangeAtOnce_AreOneNotice()
    {
        PodUnderTest one = await PublishedAsync("web");
        var two = new PodUnderTest(Node.Kubelet, "shop", "web", "creds") { Uid = one.Uid, ServiceAccountUid = one.ServiceAccountUid, Volume = "more" };
        await two.PublishAsync();

        Node.Secrets.Put("db", "second");
        await ToldAsync(1);
        await Node.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("second", two.Read("db"));
        Assert.Single(Dialled);
    }

    [Fact]
    public async Task ADeadApplication_IsTriedTwice_ThenAnEventSaysSo()
    {
        App.Deaf = IPAddress.Parse("10.1.2.3");
        PodUnderTest pod = await PublishedAsync("web");
        Node.Secrets.Put("db", "second");

        await UntilAsync(Node, () => Node.Cluster.Events(pod).Any(e => e.Contains("InPlaceReloadFailed", StringComparison.Ordinal)), "the event");
        await Node.PassAsync(Soon);

        Assert.Equal(2, Dialled.Count);
        Assert.Contains(Node.Cluster.Events(pod), e => e.StartsWith("Warning InPlaceReloadFailed in-place reload by POST :8080/-/reload failed: the application cannot be reached", StringComparison.Ordinal));
        Assert.Contains("outcome=\"unreachable\"} 2", Node.Meters.Expose(), StringComparison.Ordinal);
        await SettledAsync();
    }

    [Fact]
    public async Task ANewerChange_IsToldInsteadOfTheSecondAttempt()
    {
        App.Answer = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
        PodUnderTest pod = await PublishedAsync("web");
        Node.Secrets.Put("db", "second");
        await ToldAsync(1);
        await Wait.UntilAsync(() => Node.Meters.Expose().Contains("outcome=\"status\"} 1", StringComparison.Ordinal), "the first answer");
        App.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

        Node.Secrets.Put("db", "third");
        Node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => pod.Read("db") == "third", "the newest file");
        await ToldAsync(2);
        await Node.PassAsync(TimeSpan.FromSeconds(15));

        Assert.Equal(2, App.Requests.Count);
        Assert.DoesNotContain(Node.Cluster.Events(pod), e => e.Contains("InPlace", StringComparison.Ordinal));
        await SettledAsync();
    }

    [Fact]
    public async Task ASlowApplication_HasOneCallAtATime()
    {
        App.Answer = null;
        PodUnderTest pod = await PublishedAsync("web");
        Node.Secrets.Put("db", "second");
        await ToldAsync(1);
        Node.Secrets.Put("db", "third");
        Node.Cluster.Annotate("pods", "shop", "web", ClusterUnderTest.ForceAnnotation, "1");
        await Wait.UntilAsync(() => pod.Read("db") == "third", "the newest file");
        await Node.PassAsync(TimeSpan.FromSeconds(30));
        await ToldAsync(3);

        await UntilAsync(Node, () => Node.Cluster.Events(pod).Any(e => e.Contains("no answer in 2 s", StringComparison.Ordinal)), "the event");
        Assert.Equal(1, App.InFlight.Most);
    }

    [Fact]
    public async Task APodThatHasNotBegun_IsToldOnceItRuns()
    {
        PodUnderTest pod = await PublishedAsync("web", status: """{"phase":"Pending","podIP":"10.1.2.3"}""");
        Node.Secrets.Put("db", "second");
        await UntilAsync(Node, () => pod.Read("db") == "second", "the new file");
        await Node.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(Dialled);

        Status("web", """{"phase":"Running","podIP":"10.1.2.3"}""");
        await ToldAsync(1);
    }

    [Theory]
    [InlineData("""{"phase":"Succeeded","podIP":"10.1.2.3"}""", "")]
    [InlineData("""{"phase":"Running","podIP":"10.1.2.3"}""", "2026-03-02T08:00:00Z")]
    public async Task APodThatEnds_IsNotTold(string status, string deleted)
    {
        PodUnderTest pod = await PublishedAsync("web", status: status, deleted: deleted);
        Node.Secrets.Put("db", "second");
        await UntilAsync(Node, () => pod.Read("db") == "second", "the new file");
        await Node.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(Dialled);
        await SettledAsync();
    }

    [Fact]
    public async Task AWrongAnnotation_IsToldAtTheMountAlready()
    {
        PodUnderTest pod = await PublishedAsync("web", annotation: "POST http://169.254.169.254/latest\u202e\n");

        await UntilAsync(Node, () => Node.Cluster.Events(pod).Any(e => e.Contains("InPlaceReloadInvalid", StringComparison.Ordinal)), "the event");
        Node.Secrets.Put("db", "second");
        await UntilAsync(Node, () => pod.Read("db") == "second", "the new file");
        await Node.PassAsync(TimeSpan.FromSeconds(10));

        string said = Assert.Single(Node.Cluster.Events(pod), e => e.Contains("InPlace", StringComparison.Ordinal));
        Assert.Contains("annotation secrets-store.csi.k8s.io/reload-http", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', said);
        Assert.Empty(Dialled);
        await SettledAsync();
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
}
