namespace CsiSecrets.Kube.Work;

/// <summary>Workers on one queue. A look that fails is told, and tried again after a growing wait; it never ends the work on the others.</summary>
/// <param name="queue">The queue.</param>
/// <param name="workers">How many.</param>
/// <param name="work">One look.</param>
/// <param name="failed">Told of a look that failed, by a failure that is known or by a defect.</param>
internal sealed class WorkLoop<TKey>(
    WorkQueue<TKey> queue, int workers, Func<WorkItem<TKey>, CancellationToken, Task> work, Action<TKey, Exception> failed)
    where TKey : notnull
{
    /// <summary>Runs until cancelled; what was begun ends first.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(await queue.TakeAsync(cancellationToken), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends, or leads no more.
        }
    }

    private async Task LookAsync(WorkItem<TKey> item, CancellationToken cancellationToken)
    {
        try
        {
            await work(item, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Boundary: one object's defect must not end the work on the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failed(item.Key, e);
            queue.AddAfterFailure(item.Key, WorkLane.Routine);
        }
        finally
        {
            queue.Done(item.Key);
        }
    }
}
