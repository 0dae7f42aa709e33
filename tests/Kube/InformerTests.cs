using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Kube;

/// <summary>A server whose watches break is asked ever less often; one that is back is followed again.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    // In ten minutes; at the pace of the first tries it would be 600, at that of the last 60 to 80.
    private const int Few = 150;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
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

        await PassAsync(TimeSpan.FromMinutes(10), static () => Task.CompletedTask);

        Assert.InRange(api.Count("watch", "pods"), 3, Few);
        Assert.Single(log.Collector.GetSnapshot(), static r => r.Id.Id == 3002);
        Assert.NotNull(pods.Trouble);
    }

    [Fact]
    public async Task WatchesBreakAsTheyOpen_ForTenMinutes_AFewAreTriedAndItIsToldOnce()
    {
        running = pods.RunAsync(stop.Token);

        await PassAsync(TimeSpan.FromMinutes(10), DropWatchesAsync);

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

        await PassAsync(TimeSpan.FromMinutes(10), static () => Task.CompletedTask);

        Assert.InRange(api.Count("list", "pods"), 3, Few);
    }

    [Fact]
    public async Task ServerIsBack_AfterTenMinutes_WhatChangedMeanwhileIsSeen()
    {
        running = pods.RunAsync(stop.Token);
        await pods.Synced.WaitAsync(Ct);
        await api.GoAwayAsync();
        await PassAsync(TimeSpan.FromMinutes(10), static () => Task.CompletedTask);
        api.Put("pods", """{"metadata":{"namespace":"shop","name":"late"}}""");
        await api.ComeBackAsync();

        for (int i = 0; pods.Find(new ObjectKey("shop", "late")) is null && i < 3000; i++)
        {
            await PassAsync(Step, static () => Task.CompletedTask);
        }

        Assert.NotNull(pods.Find(new ObjectKey("shop", "late")));
        Assert.Null(pods.Trouble);
    }

    /// <summary>Until the informer has seen one break: a watch of which it knows too late would have stood for a while on the test's clock.</summary>
    private async Task DropWatchesAsync()
    {
        do
        {
            api.DropWatches();
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Ct);
        }
        while (pods.Trouble is null);
    }

    /// <summary>In steps, each with time for the answers of the real socket.</summary>
    private async Task PassAsync(TimeSpan span, Func<Task> each)
    {
        for (int i = 0; api.Count("list", "pods") == 0 && i < 10_000; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, Ct); // the clock starts when the first call is there
        }

        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += Step)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, Ct);
            await each();
            time.Advance(Step);
        }
    }
}
