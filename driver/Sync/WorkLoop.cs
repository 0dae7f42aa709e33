using CsiSecrets.Kube.Work;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync;

/// <summary>Workers on one queue. A defect in one look is logged, and tried again like any failure.</summary>
internal sealed class WorkLoop(
    WorkQueue<ObjectKey> queue, int workers, Func<WorkItem<ObjectKey>, CancellationToken, Task> work, ILogger log)
{
    /// <summary>Runs until cancelled; what was begun ends first.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task[] all = [.. Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken))];
        await Task.WhenAll(all);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.TakeAsync(cancellationToken) is { } item)
            {
                try
                {
                    await work(item, cancellationToken);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                catch (SecretsException e)
                {
                    // The API server is away, or refuses: nothing of ours is wrong.
                    SyncLog.Failed(log, "work on", item.Key.ToString(), e.Message);
                    queue.AddAfterFailure(item.Key, WorkLane.Routine);
                }
#pragma warning disable CA1031 // Boundary: one object's defect must not end the work on the others.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    SyncLog.Unexpected(log, item.Key.ToString(), e.GetType().Name, e.StackTrace ?? "");
                    queue.AddAfterFailure(item.Key, WorkLane.Routine);
                }
                finally
                {
                    queue.Done(item.Key);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends, or leads no more.
        }
    }
}
