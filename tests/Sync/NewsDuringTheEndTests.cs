using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Sync;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Sync.Objects;
using CsiSecrets.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Sync;

/// <summary>An object is made anew while the end of its former one is worked on, as <c>kubectl replace --force</c> does.</summary>
public sealed class NewsDuringTheEndTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExternalSecretIsMadeAnew_WhileItsEndIsWorkedOn_ComesAgain()
    {
        var time = new FakeTimeProvider();
        var meters = new Meters();
        using var events = new EventWriter(null!, "controller", "node", time, meters);
        using var queue = new WorkQueue<ObjectKey>(time);
        var watches = new SyncWatches(null!, new SyncOptions(), time, NullLogger.Instance);
        var objects = new ObjectTargets(null!, new ObjectWatches(null!, time, NullLogger.Instance), null!, null!, new SyncOptions());
        var reconciler = new ExternalSecretReconciler(null!, null!, null!, new Targets(watches.Cluster, null!, objects, null!), null!);
        var shell = new SyncShell { Events = events, SyncMeters = new SyncMeters(meters), Held = new HeldValues(0), Time = time, Log = NullLogger.Instance };
        using var work = new ExternalSecretWork(null!, watches, reconciler, queue, shell);
        work.Changed(Manifest("former"), gone: true);
        WorkItem<ObjectKey> end = await queue.TakeAsync(Ct);

        work.Changed(Manifest("next"), gone: false);
        await work.WorkAsync(end, Ct);
        queue.Done(end.Key);

        Assert.Equal(1, queue.Open);
    }

    private static ExternalSecret Manifest(string uid) => new() { Metadata = new ObjectMeta { Namespace = "shop", Name = "app", Uid = uid } };
}
