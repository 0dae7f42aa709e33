using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>
/// Rolling restarts at work: one term of a leader. (1) The key of the hashes. (2) All watches, whole. (3) Each workload once: what changed while
/// nobody looked is found, what did not change costs no call. (4) Changes as they come, gathered for a moment.
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
            await WorkAsync(await KeyAsync(cancellationToken), cancellationToken);
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
        using var queue = new WorkQueue<WorkloadId>(shell.Time);
        var sources = new SourceBook(options.Names);
        var workloads = new WorkloadBook(options);
        var seen = new ReloadWatches(api, options, sources, shell.Time, shell.Log);
        bool begun = false;
        shell.Meters.Depth = () => queue.Open;
        sources.Changed = (ns, source) =>
        {
            shell.Meters.EventReceived(source.Word);
            foreach (SeenWorkload one in Volatile.Read(ref begun) ? workloads.Following(ns, source) : [])
            {
                queue.AddAfter(one.Id, WorkLane.Repair, options.Window);
            }
        };
        seen.WorkloadChanged = (kind, workload, gone) =>
        {
            var id = new WorkloadId(kind, workload.Key);
            bool concerned = !gone && workloads.Put(kind, workload) is not null;
            if (gone)
            {
                workloads.Remove(id);
            }

            if ((concerned || gone) && Volatile.Read(ref begun))
            {
                // Its baseline is taken at once: what changes a moment later is a change. All else waits for the window.
                bool first = workload.Metadata.Annotation(AnnotationNames.Record) is null;
                queue.AddAfter(id, first ? WorkLane.New : WorkLane.Routine, first || gone ? TimeSpan.Zero : options.Window);
            }
        };
        seen.NamespaceChanged = ns =>
        {
            foreach (SeenWorkload one in workloads.In(ns))
            {
                queue.Add(one.Id, WorkLane.Routine);
            }
        };
        watches = seen;
        var work = new ReloadWork(
            new ReloadTerm(seen, sources, workloads, queue), new ReloadDecider(options, key), new Reloading(api, options, shell.Alerts, shell.Time), key, shell);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = seen.RunAsync(term.Token);
        await await Task.WhenAny(running, seen.SettledAsync(term.Token));
        Volatile.Write(ref begun, true);
        foreach (SeenWorkload one in workloads.All)
        {
            queue.Add(one.Id, WorkLane.Routine);
        }

        ReloadLog.Watching(shell.Log, workloads.Count, key.Id);
        await Task.WhenAll([running, .. Enumerable.Range(0, options.Concurrency).Select(_ => LoopAsync(queue, work, term.Token))]);
    }

    private async Task<RecordKey> KeyAsync(CancellationToken cancellationToken)
    {
        var key = new StoredKey(api, new ObjectKey(options.KeyNamespace, options.KeyName));
        for (int failures = 1; ; failures++)
        {
            try
            {
                return new RecordKey(await key.LoadAsync(cancellationToken));
            }
            catch (SecretsException e)
            {
                ReloadLog.Failed(shell.Log, e.Message);
                await Task.Delay(Jitter.Backoff(failures, FirstWait, LongestWait), shell.Time, cancellationToken);
            }
        }
    }

    private async Task LoopAsync(WorkQueue<WorkloadId> queue, ReloadWork work, CancellationToken cancellationToken)
    {
        while (await queue.TakeAsync(cancellationToken) is { } item)
        {
            try
            {
                await work.WorkAsync(item.Key, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Boundary: one workload's defect must not end the work on the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                ReloadLog.Unexpected(shell.Log, item.Key.ToString(), e.GetType().Name, e.StackTrace ?? "");
                queue.AddAfterFailure(item.Key, WorkLane.Routine);
            }
            finally
            {
                queue.Done(item.Key);
            }
        }
    }
}
