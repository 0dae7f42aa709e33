using CsiSecrets.Kube;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Kube.Work;
using CsiSecrets.Mirroring;
using CsiSecrets.Mirroring.Objects;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Sync.ClusterExternalSecrets;
using CsiSecrets.Sync.ExternalSecrets;
using CsiSecrets.Sync.Objects;
using CsiSecrets.Sync.Stores;

namespace CsiSecrets.Sync;

/// <summary>The sync path at work: one term of a leader, or the whole life of a process that is alone. Everything in here is made anew for each term.</summary>
internal sealed class SyncService(IKubeApi api, SyncOptions options, SyncTools tools, SyncShell shell)
{
    private SyncWatches? watches;
    private ExternalSecretWork? work;
    private volatile WorkQueue<ObjectKey>? line;

    /// <summary>Why what is known may be old; null while it is not, or while this process does not lead.</summary>
    public string? Trouble => watches?.Trouble;

    /// <summary>Many ExternalSecrets are in line or in work: what is fetched for one may wait for others.</summary>
    public bool IsBusy => line is { } queue && queue.Open > options.Concurrency;

    public int Drifted => work?.Drifted ?? 0;

    public IEnumerable<ExternalSecret> ExternalSecrets => watches?.ExternalSecrets.All ?? [];

    public IEnumerable<StoreObject> Stores => watches is { } w ? w.SecretStores.All.Concat<StoreObject>(w.ClusterSecretStores.All) : [];

    /// <summary>Works until cancelled; what was begun ends first.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = new SyncWatches(api, options, shell.Time, shell.Log);
        using var queue = new WorkQueue<ObjectKey>(shell.Time);
        using var storeQueue = new WorkQueue<ObjectKey>(shell.Time);
        using var clusterQueue = new WorkQueue<ObjectKey>(shell.Time);
        var book = new StoreBook(tools.Catalog);
        using var writer = new TargetWriter(seen.Cluster, new SecretMirror(api, options.FieldManager, shell.Time), new Leftovers(api));
        var parts = new SyncParts
        {
            Cluster = seen.Cluster,
            Decider = new SyncDecider(options, new FightLedger(shell.Time)),
            Held = shell.Held,
            Writes = shell.Writes,
            Options = options,
            Time = shell.Time,
        };
        var objects = new ObjectWatches(api, shell.Time, shell.Log);
        var reconciler = new ExternalSecretReconciler(
            new ControllerStores(seen.Cluster, book, options),
            tools.Resolver,
            new TargetRender(tools.References, tools.Renderer),
            new Targets(seen.Cluster, writer, TargetsIn(objects), parts.Decider),
            parts);
        using var secrets = new ExternalSecretWork(api, seen, reconciler, queue, shell);
        var stores = new StoreWork(api, seen, book, new StoreReconciler(book, options, shell.Time), storeQueue, shell)
        {
            Judged = secrets.Wake,
        };
        var clusterWide = new ClusterExternalSecretWork(api, seen, clusterQueue, shell);
        seen.Changed = (one, gone) =>
        {
            secrets.Changed(one, gone);
            clusterWide.ChildChanged(one);
        };
        seen.SecretChanged = secrets.SecretChanged;
        objects.Changed = secrets.ObjectChanged;
        seen.StoreChanged = stores.Changed;
        seen.ClusterExternalSecretChanged = clusterWide.Changed;
        seen.NamespaceChanged = clusterWide.NamespaceChanged;
        (watches, work, line) = (seen, secrets, queue);
        try
        {
            using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task running = Task.WhenAll(seen.RunAsync(term.Token), objects.RunAsync(term.Token));
            await Task.WhenAny(running, seen.SyncedAsync(term.Token));
            SyncLog.Watching(shell.Log, seen.ExternalSecrets.All.Count(), Stores.Count());
            Action<ObjectKey, Exception> failed = SyncLog.Failures(shell.Log);
            await Task.WhenAll(
                running,
                new WorkLoop<ObjectKey>(storeQueue, StoreWorkers, stores.WorkAsync, failed).RunAsync(term.Token),
                new WorkLoop<ObjectKey>(clusterQueue, 1, clusterWide.WorkAsync, failed).RunAsync(term.Token),
                new WorkLoop<ObjectKey>(queue, options.Concurrency * options.Gathering, secrets.WorkAsync, failed).RunAsync(term.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // As asked.
        }
        finally
        {
            (watches, work, line) = (null, null, null);
        }
    }

    private const int StoreWorkers = 4;

    private ObjectTargets TargetsIn(ObjectWatches objects) => new(
        new KindDirectory(api, shell.Time), objects, new ObjectMirror(api, shell.Time), new ObjectRender(tools.References, tools.Manifests), options);
}

/// <summary>What is made once for the process and serves every term: the fetch layer outlives a lost lease.</summary>
internal sealed record SyncTools
{
    public required Providers.Stores.StoreCatalog Catalog { get; init; }

    public required ExternalSecretResolver Resolver { get; init; }

    public required TargetRenderer Renderer { get; init; }

    /// <summary>For targets that are no Secrets.</summary>
    public required ManifestRenderer Manifests { get; init; }

    public required TemplateReferences References { get; init; }
}
