namespace CsiSecrets.Kube.Work;

/// <summary>So many at a time; of those who wait, the higher lane goes first, and in a lane whoever came first.</summary>
internal sealed class WorkTurns(int atOnce)
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource>[] lanes = [new(), new(), new()];
    private int free = atOnce;

    /// <summary>Does it once it is its turn.</summary>
    public async Task<T> RunAsync<T>(WorkLane lane, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await TakeAsync(lane, cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            Pass();
        }
    }

    private Task TakeAsync(WorkLane lane, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return Task.CompletedTask;
            }

            lanes[(int)lane].Enqueue(turn);
        }

        return WaitAsync(turn, cancellationToken);
    }

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        // Whoever is cancelled stays in line, and is passed over.
        await using CancellationTokenRegistration cancelled = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    private void Pass()
    {
        lock (gate)
        {
            foreach (Queue<TaskCompletionSource> lane in lanes)
            {
                while (lane.TryDequeue(out TaskCompletionSource? next))
                {
                    if (next.TrySetResult())
                    {
                        return;
                    }
                }
            }

            free++;
        }
    }
}
