using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.MetaInfo;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>
/// Rolling restarts at work: one term of a leader. (1) The key of the hashes, and Jobs that a former one owes. (2) All watches, whole. (3) Each workload
/// once: what changed while nobody looked is found, what did not change costs no call. (4) Changes as they come, gathered for a moment.
/// </summary>
internal sealed class ReloadService(IKubeApi api, ReloadOptions options, ReloadShell shell)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private ReloadWatches? watches;

    /// <summary>Why what is known may be old; null while it is not, or while this process does not lead.</summary>
    public string? Trouble => watches?.Trouble;

    /// <summary>Works until cancelled; what was begun ends first.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var key = new StoredKey(api, new ObjectKey(options.KeyNamespace, options.KeyName));
            await WorkAsync(new RecordKey(await InsistAsync(key.LoadAsync, cancellationToken)), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // As asked.
        }
        finally
        {
            watches = null;
            shell.Meters.Depth = static () => 0;
        }
    }

    private async Task WorkAsync(RecordKey key, CancellationToken cancellationToken)
    {
        using var queue = new WorkQueue<WorkloadId>(shell.Time) { Queued = shell.Meters.Queued, Taken = shell.Meters.Waited };
        var sources = new SourceBook(options.Names);
        var known = new ReloadTerm(
            new ReloadWatches(api, options, sources, shell.Time, shell.Log), sources, new WorkloadBook(options), queue, new EventTally(shell.Meters));
        bool begun = false;
        shell.Meters.Depth = () => queue.Open;
        sources.Heard = heard => Hear(known, heard, Volatile.Read(ref begun));
        known.Watches.WorkloadChanged = (kind, workload, gone) => Note(known, kind, workload, gone, () => Volatile.Read(ref begun));
        known.Watches.NamespaceChanged = ns =>
        {
            foreach (SeenWorkload one in known.Workloads.In(ns))
            {
                queue.Add(one.Id, WorkLane.Routine);
            }
        };
        watches = known.Watches;
        var owed = new OwedJobs(api, options.KeyNamespace);
        IReadOnlyCollection<ObjectKey> jobs = await InsistAsync(owed.LoadAsync, cancellationToken);
        var work = new ReloadWork(known, new ReloadDecider(options, key), new Reloading(api, options, shell.Alerts, owed, shell.Time), key, shell);
        await TellOptionsAsync(cancellationToken);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = known.Watches.RunAsync(term.Token);
        await await Task.WhenAny(running, known.Watches.SettledAsync(term.Token));
        Volatile.Write(ref begun, true);
        foreach (WorkloadId id in known.Workloads.All.Select(static w => w.Id).Concat(jobs.Select(static j => new WorkloadId(WorkloadKind.Job, j))))
        {
            queue.Add(id, WorkLane.Routine);
        }

        ReloadLog.Watching(shell.Log, known.Workloads.Count, key.Id);
        var loop = new WorkLoop<WorkloadId>(queue, options.Concurrency, (item, token) => work.WorkAsync(item.Key, token), Tell);
        await Task.WhenAll(running, loop.RunAsync(term.Token));
    }

    private void Hear(ReloadTerm known, SourceEvent heard, bool begun)
    {
        if (!begun)
        {
            known.Tally.Listed(heard);
            return;
        }

        List<WorkloadId> followers = heard.IsNews ? [.. known.Workloads.Following(heard.Namespace, heard.Source).Select(static s => s.Id)] : [];
        known.Tally.Heard(heard, known.Watches.IsSelected(heard.Namespace), followers);
        foreach (WorkloadId id in followers)
        {
            known.Queue.AddAfter(id, WorkLane.Repair, options.Window);
        }
    }

    private void Note(ReloadTerm known, WorkloadKind kind, Workload workload, bool gone, Func<bool> begun)
    {
        var id = new WorkloadId(kind, workload.Key);
        bool concerned = !gone && known.Workloads.Put(kind, workload) is not null;
        if (gone)
        {
            known.Workloads.Remove(id);
        }

        // Asked once it is in the book: who begins meanwhile takes it from there.
        if ((concerned || gone) && begun())
        {
            // Its baseline is taken at once: what changes a moment later is a change. All else waits for the window.
            bool first = workload.Metadata.Annotation(AnnotationNames.Record) is null;
            known.Queue.AddAfter(id, first ? WorkLane.New : WorkLane.Routine, first || gone ? TimeSpan.Zero : options.Window);
        }
    }

    /// <summary>Nobody here needs it: once is enough.</summary>
    private async Task TellOptionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (options.MetaInfo ? MetaInfoMap.ApplyAsync(api, options, cancellationToken) : Task.CompletedTask);
        }
        catch (SecretsException e)
        {
            ReloadLog.Failed(shell.Log, e.Message);
        }
    }

    /// <summary>Nothing can be done without it: asks again until it is there.</summary>
    private async Task<T> InsistAsync<T>(Func<CancellationToken, Task<T>> load, CancellationToken cancellationToken)
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await load(cancellationToken);
            }
            catch (SecretsException e)
            {
                ReloadLog.Failed(shell.Log, e.Message);
                await Task.Delay(Jitter.Backoff(failures, FirstWait, LongestWait), shell.Time, cancellationToken);
            }
        }
    }

    private void Tell(WorkloadId id, Exception e) => ReloadLog.Unexpected(shell.Log, id.ToString(), e.GetType().Name, e.StackTrace ?? "");
}
