using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Sync;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Sync.SecretObjects;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Sync.SecretObjects;

/// <summary>Classes and pods that are gone leave nothing behind.</summary>
public sealed class ForgottenClassTests
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StatusOfAClassThatIsGone_IsForgotten()
    {
        using var queue = new WorkQueue<ObjectKey>(time);
        SecretObjectWork work = NewWork(queue);
        work.StatusChanged(Status("p1", "u1"), gone: false);
        Assert.Equal(1, work.Known);

        WorkItem<ObjectKey> item = await queue.TakeAsync(Ct);
        await work.WorkAsync(item, Ct);

        Assert.Equal(0, work.Known);
    }

    [Fact]
    public void ClassGoes_NothingOfItIsKept()
    {
        using var queue = new WorkQueue<ObjectKey>(time);
        SecretObjectWork work = NewWork(queue);
        work.StatusChanged(Status("p1", "u1"), gone: false);

        work.ClassChanged(new SecretProviderClass { Metadata = new ObjectMeta { Namespace = "shop", Name = "app" } }, gone: true);

        Assert.Equal(0, work.Known);
    }

    [Fact]
    public async Task PodsOfStatusesThatAreGoneOrAnothers_AreNotKept()
    {
        await using FakeKubeApi api = await FakeKubeApi.StartAsync(time);
        using var http = new KubeHttp(api.Connection(time), time, NullLogger<KubeHttp>.Instance);
        bool exists = true;
        var pods = new MountingPods(new KubeClient(http, time), "secrets-store.csi.k8s.io", _ => exists);

        await pods.FindAsync([Status("p1", "u1")], "app", anew: false, Ct);
        await pods.FindAsync([Status("p1", "u2")], "app", anew: false, Ct);
        int ofTwoPodsOfOneName = pods.Count;
        exists = false;
        await pods.FindAsync([Status("p1", "u3"), Status("p2", "u4")], "app", anew: false, Ct);

        Assert.Equal((1, 0), (ofTwoPodsOfOneName, pods.Count));
        Assert.Equal(4, api.Count("get", "pods"));
    }

    private SecretObjectWork NewWork(WorkQueue<ObjectKey> queue)
    {
        var meters = new Meters();
        var shell = new SyncShell { Events = null!, SyncMeters = new SyncMeters(meters), Held = new HeldValues(0), Time = time, Log = NullLogger.Instance };
        return new SecretObjectWork(null!, new SecretObjectWatches(null!, new SyncOptions(), time, NullLogger.Instance), null!, queue, shell) { Gone = static _ => { } };
    }

    private static SecretProviderClassPodStatus Status(string pod, string uid) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = "shop",
            Name = $"{pod}-shop-app",
            OwnerReferences = [new OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = pod, Uid = uid }],
        },
        Status = new PodMountStatus { PodName = pod, SecretProviderClassName = "app", Mounted = true, Objects = [new MountedObject { Id = "o", Version = uid }] },
    };
}
