using System.Text.Json;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;
using CsiSecrets.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Reload;

/// <summary>What is known of workloads and sources, with several watches that tell of them at once, and as namespaces come and go.</summary>
public sealed class ReloadBookTests
{
    private const string Ns = "shop";
    private readonly ReloadOptions options = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void NamespaceWithoutWorkloads_IsForgotten()
    {
        var book = new WorkloadBook(options);
        Assert.Null(book.Find(IdOf("nobody")));
        Assert.Empty(book.In("nowhere"));
        Assert.NotNull(book.Put(WorkloadKind.Deployment, NewWorkload()));
        Assert.Equal(1, book.Namespaces);

        book.Remove(IdOf("web"));

        Assert.Equal(0, book.Namespaces);
    }

    [Fact]
    public void NamespaceWithoutSources_IsForgotten()
    {
        var book = new SourceBook(options.Names);
        Assert.Null(book.Of("nowhere").Find(new SourceKey(SourceKind.Secret, "db")));
        var secret = new SecretSource { Metadata = new ObjectMeta { Namespace = Ns, Name = "db" }, PeerHash = "h" };
        book.Data(SourceKind.Secret, secret, gone: false);
        Assert.Equal(1, book.Namespaces);

        book.Data(SourceKind.Secret, secret, gone: true);

        Assert.Equal(0, book.Namespaces);
    }

    [Fact]
    public void ClassIsMarkedWhileItsPodsTellOfAVersion_NeitherIsLost()
    {
        var book = new SourceBook(options.Names);
        var key = new SourceKey(SourceKind.SecretProviderClass, "app");
        for (int i = 1; i <= 20_000; i++)
        {
            (string version, bool ignored) = ($"{i}", i % 2 == 0);
            Parallel.Invoke(
                () => book.Status(NewStatus(version), gone: false),
                () => book.Mark(NewClass(ignored), "", gone: false));

            SourceState state = book.Of(Ns).Find(key)!;
            Assert.Equal((i, PeerHashes.OfStatus(NewStatus(version).Status), ignored), (i, state.PeerHash, state.Ignored));
        }
    }

    [Fact]
    public async Task WorkloadIsMadeAnew_WhileItsEndIsWorkedOn_ComesAgain()
    {
        var time = new FakeTimeProvider();
        var meters = new ReloadMeters(new Meters());
        using var queue = new WorkQueue<WorkloadId>(time);
        var sources = new SourceBook(options.Names);
        var term = new ReloadTerm(
            new ReloadWatches(null!, options, sources, time, NullLogger.Instance), sources, new WorkloadBook(options), queue, new EventTally(meters));
        var shell = new ReloadShell { Events = null!, Meters = meters, Alerts = null!, Time = time, Log = NullLogger.Instance };
        var work = new ReloadWork(term, null!, new Reloading(null!, options, null!, new OwedJobs(null!, "here"), time), null!, shell);
        queue.Add(IdOf("web"), WorkLane.Routine);
        WorkItem<WorkloadId> end = await queue.TakeAsync(Ct);

        queue.Add(IdOf("web"), WorkLane.New);
        await work.WorkAsync(end.Key, Ct);
        queue.Done(end.Key);

        Assert.Equal(1, queue.Open);
    }

    private static WorkloadId IdOf(string name) => new(WorkloadKind.Deployment, new ObjectKey(Ns, name));

    private static Workload NewWorkload() => JsonSerializer.Deserialize("""
        {"metadata":{"namespace":"shop","name":"web","annotations":{"reloader.stakater.com/auto":"true"}},"spec":{"template":{"spec":{"containers":[{"name":"c"}]}}}}
        """u8, ReloadTypes.Of(WorkloadKind.Deployment)[0].Json)!;

    private static SecretProviderClassPodStatus NewStatus(string version) => new()
    {
        Metadata = new ObjectMeta { Namespace = Ns, Name = "web-app", ResourceVersion = version },
        Status = new PodMountStatus { PodName = "web", SecretProviderClassName = "app", Mounted = true, Objects = [new MountedObject { Id = "o", Version = version }] },
    };

    private static MarkedSource NewClass(bool ignored) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = Ns,
            Name = "app",
            Annotations = new Dictionary<string, string> { ["reloader.stakater.com/ignore"] = ignored ? "true" : "false" },
        },
    };
}
