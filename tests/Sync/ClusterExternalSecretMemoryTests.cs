using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Sync;
using CsiSecrets.Sync.ClusterExternalSecrets;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Sync;

/// <summary>What was written of children lasts as long as they and their owner do.</summary>
public sealed class ClusterExternalSecretMemoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("externalsecrets", "shop", "app")]
    [InlineData("clusterexternalsecrets", "", "wide")]
    public async Task ChildOrOwnerGoes_IsForgotten(string resource, string ns, string name)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using FakeKubeApi api = await FakeKubeApi.StartAsync(time);
        foreach (string kind in (string[])["ExternalSecret", "SecretStore", "ClusterSecretStore", "ClusterExternalSecret"])
        {
            api.Serve(new FakeKubeApiKind("external-secrets.io/v1", kind.ToLowerInvariant() + "s", kind, !kind.StartsWith("Cluster", StringComparison.Ordinal)));
        }

        api.Put("namespaces", """{"metadata":{"name":"shop","labels":{"team":"a"}}}""");
        api.Put("clusterexternalsecrets", """
            {"metadata":{"name":"wide"},"spec":{"externalSecretName":"app","namespaceSelectors":[{"matchLabels":{"team":"a"}}],
             "externalSecretSpec":{"secretStoreRef":{"name":"main"},"data":[{"secretKey":"a","remoteRef":{"key":"a"}}]}}}
            """);
        using var http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
        var client = new KubeClient(http, time);
        var watches = new SyncWatches(client, new SyncOptions(), time, NullLogger.Instance);
        using var queue = new WorkQueue<ObjectKey>(time);
        using var events = new EventWriter(client, "controller", "node", time, new Meters());
        var shell = new SyncShell { Events = events, SyncMeters = new SyncMeters(new Meters()), Held = new HeldValues(0), Time = time, Log = NullLogger.Instance };
        var work = new ClusterExternalSecretWork(client, watches, queue, shell);
        watches.Changed = (one, _) => work.ChildChanged(one);
        watches.ClusterExternalSecretChanged = work.Changed;
        using var stop = new CancellationTokenSource();
        Task running = watches.RunAsync(stop.Token);
        await watches.SyncedAsync(Ct);
        await work.WorkAsync(new WorkItem<ObjectKey>(new ObjectKey("", "wide"), WorkLane.New), Ct);
        await Wait.UntilAsync(() => watches.ExternalSecrets.All.Any(), "the child");
        int before = work.Remembered;

        api.Delete(resource, ns, name);
        await Wait.UntilAsync(() => !(ns.Length > 0 ? watches.ExternalSecrets.All : watches.ClusterExternalSecrets.All.Cast<KubeObject>()).Any(), "its end");

        Assert.Equal(1, before);
        await Wait.UntilAsync(() => work.Remembered == 0, () => $"nothing remembered, there are {work.Remembered}");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
