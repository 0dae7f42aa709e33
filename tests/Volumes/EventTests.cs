using CsiSecrets.Model;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Volumes;

/// <summary>What pods are told: each transition, then at most one event per volume in ten minutes and one a second for the node.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync() => node = await Breakage.NodeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task GoodChange_IsTold_AndAQuietRefreshIsNot()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(node.Cluster.Events(pod));
        node.Secrets.Put("db", "second");
        await node.PassUntilAsync(() => node.Cluster.Events(pod).Count > 0, TimeSpan.FromMinutes(3), "the event");
        Assert.Equal(["Normal MountRotationComplete successfully rotated mounted contents for spc shop/creds"], node.Cluster.Events(pod));
    }

    [Fact]
    public async Task LongTrouble_IsToldOnceInTenMinutes()
    {
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        pod.TokenLife = TimeSpan.FromHours(2);
        await pod.PublishAsync();
        node.Secrets.Fail = Denied;
        await node.PassUntilAsync(() => node.Cluster.Events(pod).Count > 0, TimeSpan.FromMinutes(3), "the first event");
        await node.PassAsync(TimeSpan.FromMinutes(25));
        await Wait.UntilAsync(() => node.Cluster.Events(pod).Count >= 3, "the third event");
        Assert.Equal(3, node.Cluster.Events(pod).Count);
        Assert.All(node.Cluster.Events(pod), e => Assert.StartsWith("Warning MountRotationFailed failed to mount secrets store objects for pod shop/web, err: ", e));
        string metrics = await node.Endpoints.MetricsAsync();
        Assert.Contains("rotation_reconcile_error_total{provider=\"fake\",error_type=\"ProviderError\"", metrics);
        Assert.DoesNotContain("csi_secrets_events_dropped_total 0", metrics);
    }

    [Fact]
    public async Task TroubleOfAllVolumesAtOnce_IsOneEventASecond()
    {
        const int Pods = 30;
        PodUnderTest[] pods = [.. Enumerable.Range(0, Pods).Select(i => node.Pod("shop", $"web-{i}", "creds"))];
        await Task.WhenAll(pods.Select(p => p.PublishAsync()));
        node.Secrets.Fail = Denied;
        int Events() => node.Api.All("events").Count;
        await node.PassUntilAsync(() => node.Engine.Store.All.All(v => v.State.Failure is not null), TimeSpan.FromMinutes(3), "all failures");
        DateTimeOffset began = node.Time.GetUtcNow();
        int before = Events();
        await node.PassAsync(TimeSpan.FromSeconds(10));
        Assert.InRange(Events() - before, 0, 11);
        await node.PassUntilAsync(() => Events() == Pods, TimeSpan.FromMinutes(5), "an event for each pod");
        Assert.True(node.Time.GetUtcNow() - began >= TimeSpan.FromSeconds(Pods - before - 1));
    }

    private static SecretsException? Denied(string call) => new(FailureReason.AccessDenied, "db", "denied", "");
}
