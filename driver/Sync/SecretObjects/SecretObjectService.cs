using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>The mirrors of SecretProviderClasses at work: one term of a leader, or the whole life of a process that is alone.</summary>
internal sealed class SecretObjectService(IKubeApi api, SyncOptions options, SecretObjectTools tools, SyncShell shell)
{
    private const int Workers = 8;
    private SecretObjectWatches? watches;

    /// <summary>Why what is known may be old; null while it is not, or while this process does not lead.</summary>
    public string? Trouble => watches?.Trouble;

    /// <summary>Works until cancelled; what was begun ends first.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var seen = new SecretObjectWatches(api, options, shell.Time, shell.Log);
        var pods = new MountingPods(api, options.DriverName, key => seen.Statuses.Find(key) is not null);
        using var tokens = new MirrorTokens(api, shell.Time);
        using var queue = new WorkQueue<ObjectKey>(shell.Time);
        using MirrorHash? hash = await HashAsync(cancellationToken);
        if (hash is null)
        {
            return;
        }

        var reconciler = new SecretObjectReconciler(new SecretObjectParts
        {
            Api = api,
            Tools = tools,
            Watches = seen,
            Sources = new SourceFinder(seen, pods, tools.Access),
            Tokens = tokens,
            Writer = new SecretObjectWriter(api, hash, shell.Time),
            Leftovers = new SecretObjectLeftovers(api, seen),
            Options = options,
            Time = shell.Time,
        });
        var work = new SecretObjectWork(api, seen, reconciler, queue, shell) { Gone = pods.Forget };
        seen.ClassChanged = work.ClassChanged;
        seen.StatusChanged = work.StatusChanged;
        seen.NamespaceChanged = work.NamespaceChanged;
        seen.SecretChanged = work.SecretChanged;
        watches = seen;
        try
        {
            using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task running = seen.RunAsync(term.Token);
            await Task.WhenAny(running, seen.SyncedAsync(term.Token));
            await Task.WhenAll(running, new WorkLoop<ObjectKey>(queue, Workers, work.WorkAsync, SyncLog.Failures(shell.Log)).RunAsync(term.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // As asked.
        }
        finally
        {
            watches = null;
        }
    }

    /// <summary>Null when the term ended first.</summary>
    private async Task<MirrorHash?> HashAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new MirrorKey(api, options, shell.Time, shell.Log).LoadAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
