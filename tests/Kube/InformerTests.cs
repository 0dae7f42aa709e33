using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace CsiSecrets.Tests.Kube;

/// <summary>A server whose watches break is asked ever less often; one that is back is followed again.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    // In ten minutes; at the pace of the first tries it would be 600, at that of the last 60 to 80.
    private const int Few = 150;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private readonly SettableClock time = new(TimeProvider.System.GetUtcNow());
    private readonly FakeLogger log = new();
    private readonly CancellationTokenSource stop = new();
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;
    private Informer<Pod> pods = null!;
    private Task running = Task.CompletedTask;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync(time);
        http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
        pods = new Informer<Pod>(new KubeClient(http, time), ResourceTypes.Pods, KubeQuery.All, time, log);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stop.Dispose();
        http.Dispose();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task WatchesAreRefused_ForTenMinutes_AFewAreTriedAndItIsToldOnce()
    {
        api.Fault = static route => route.Verb == "watch" ? new FakeKubeApiFault { Code = 403 } : null;
        running = pods.RunAsync(stop.Token);

        await PassAsync(TimeSpan.FromMinutes(10), () => { });

        Assert.InRange(api.Count("watch", "pods"), 3, Few);
        Assert.Single(log.Collector.GetSnapshot(), static r => r.Id.Id == 3002);
        Assert.NotNull(pods.Trouble);
    }

    [Fact]
    public async Task WatchesBreakAsTheyOpen_ForTenMinutes_AFewAreTriedAndItIsToldOnce()
    {
        running = pods.RunAsync(stop.Token);

        await PassAsync(TimeSpan.FromMinutes(10), api.DropWatches);

        Assert.InRange(api.Count("watch", "pods"), 3, Few);
        Assert.Single(log.Collector.GetSnapshot(), static r => r.Id.Id == 3002);
    }

    [Fact]
    public async Task VersionsAreForgottenAtOnce_ForTenMinutes_ListsAreFew()
    {
        api.Fault = route =>
        {
            if (route.Verb == "watch")
            {
                api.Expire();
            }

            return null;
        };
        running = pods.RunAsync(stop.Token);

        await PassAsync(TimeSpan.FromMinutes(10), () => { });

        Assert.InRange(api.Count("list", "pods"), 3, Few);
    }

    [Fact]
    public async Task VersionsAreForgotten_ByAServerThatAnswersSlowly_ListsAreFew()
    {
        api.Fault = route =>
        {
            if (route.Verb == "watch")
            {
                api.Expire();
                return new FakeKubeApiFault { Hold = Task.Delay(12 * Step, time) };
            }

            return null;
        };
        running = pods.RunAsync(stop.Token);

        await PassAsync(TimeSpan.FromMinutes(10), () => { });

        Assert.InRange(api.Count("list", "pods"), 3, 40); // fifty, were none waited for
    }

    [Fact]
    public async Task ServerIsBack_AfterTenMinutes_WhatChangedMeanwhileIsSeen()
    {
        running = pods.RunAsync(stop.Token);
        await pods.Synced.WaitAsync(Ct);
        await api.GoAwayAsync();
        await PassAsync(TimeSpan.FromMinutes(10), () => { });
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"late"}}""");
        await api.ComeBackAsync();

        for (int i = 0; pods.Trouble is not null && i < 60; i++)
        {
            await PassAsync(Step, () => { });
        }

        await Wait.UntilAsync(() => pods.Find(new ObjectKey("shop", "late")) is not null, "what changed meanwhile");
        Assert.Null(pods.Trouble);
    }

    /// <summary>In steps, each begun when the informer waits for the clock, or its watch stands: answers over the real socket take none of this time.</summary>
    private async Task PassAsync(TimeSpan span, Action each)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += Step)
        {
            await Wait.UntilAsync(() => time.Sleepers > 0 || (api.Watching > 0 && pods.Trouble is null), "the informer to wait for the clock");
            each();
            time.Advance(Step);
        }
    }
}
