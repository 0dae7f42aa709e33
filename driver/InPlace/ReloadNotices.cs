using System.Collections.Concurrent;
using System.Threading.Channels;
using CsiSecrets.InPlace.Owed;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.InPlace;

/// <summary>
/// Tells applications that their files changed. A turn of a pod: (1) what changes within a second is one notice; (2) the pod is looked up, and
/// told as its annotations say; (3) what failed is tried once more after a while, unless something newer is to be told by then; (4) what failed
/// again is an event. At least once: a process that dies in between is followed by one that tells it again.
/// </summary>
internal sealed class ReloadNotices(PodCluster cluster, OwedBook owed, PodTeller teller, TimeProvider time, ILogger log) : BackgroundService
{
    public const string FailedReason = "InPlaceReloadFailed";
    public const string InvalidReason = "InPlaceReloadInvalid";
    public static readonly TimeSpan Gather = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private const int MostAtOnce = 16;

    private readonly ConcurrentDictionary<string, PodTurn> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PodIdentity> waiting = new(StringComparer.Ordinal);
    private readonly Channel<PodTurn> begun = Channel.CreateUnbounded<PodTurn>();
    private readonly SemaphoreSlim places = new(MostAtOnce, MostAtOnce);

    /// <summary>How many pods are being told at this moment.</summary>
    public int Telling => MostAtOnce - places.CurrentCount;

    /// <summary>Takes up what a former process owed. Before any volume changes.</summary>
    public void Recover(Predicate<string> isPublished) => owed.Recover(isPublished);

    /// <summary>Files of a live volume are about to be swapped.</summary>
    public void Swapping(string volumeId, PodIdentity pod)
    {
        // A pod that is not known yet may ask for a notice.
        if (cluster.Find(pod) is not { } known || teller.WishesOf(known) is { } wishes && (wishes.Any || wishes.Problems.Count > 0))
        {
            owed.Note(volumeId, pod);
        }
    }

    /// <summary>They were; whether anything differed.</summary>
    public void Swapped(string volumeId, PodIdentity pod, bool differed)
    {
        if (owed.Swapped(volumeId, differed))
        {
            Begin(pod);
        }
    }

    public void Unpublished(string volumeId, string podUid)
    {
        owed.Forget(volumeId);
        waiting.TryRemove(podUid, out _);
    }

    /// <summary>A pod is another than before: one that is told as soon as it runs is told now.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="published">The same, if it has volumes of ours: then what is wrong with its annotations is said.</param>
    public void PodChanged(Pod pod, PodIdentity? published)
    {
        if (published is not null)
        {
            Complain(published, teller.WishesOf(pod));
        }

        if (HasBegun(pod) && waiting.TryRemove(pod.Metadata.Uid, out PodIdentity? identity))
        {
            Begin(identity);
        }
    }

    /// <summary>Tells a pod's owner at once what is wrong with its annotations, not when it is too late.</summary>
    public void Published(PodIdentity pod)
    {
        if (cluster.Find(pod) is { } known)
        {
            Complain(pod, teller.WishesOf(known));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new ConcurrentDictionary<Task, bool>();
        try
        {
            await cluster.Synced(stoppingToken);
            foreach (PodIdentity pod in owed.Pods())
            {
                Begin(pod);
            }

            await foreach (PodTurn turn in begun.Reader.ReadAllAsync(stoppingToken))
            {
                Task task = TakeAsync(turn, stoppingToken);
                running[task] = true;
                _ = task.ContinueWith(t => running.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(running.Keys);
        }
    }

    private void Begin(PodIdentity pod)
    {
        var fresh = new PodTurn(pod);
        PodTurn turn = turns.GetOrAdd(pod.PodUid, fresh);
        turn.Tell();
        if (ReferenceEquals(turn, fresh))
        {
            begun.Writer.TryWrite(turn);
        }
    }

    private async Task TakeAsync(PodTurn turn, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                while (turn.HasNews)
                {
                    await Task.Delay(Gather, time, cancellationToken); // 1
                    turn.Begin();
                    await ToldAsync(turn, cancellationToken);
                }

                turns.TryRemove(KeyValuePair.Create(turn.Pod.PodUid, turn));
            }
            while (turn.HasNews && turns.TryAdd(turn.Pod.PodUid, turn)); // news between the last look and the removal
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next process tells it.
        }
#pragma warning disable CA1031 // Boundary: one pod's defect must not end the notices of the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            turns.TryRemove(KeyValuePair.Create(turn.Pod.PodUid, turn));
            InPlaceLog.Unexpected(log, turn.Pod.PodRef, e.GetType().Name, e.StackTrace ?? "");
        }
    }

    /// <summary>Steps 2 to 4.</summary>
    private async Task ToldAsync(PodTurn turn, CancellationToken cancellationToken)
    {
        long from = owed.Now;
        for (int attempt = 1; ; attempt++)
        {
            if (Waits(turn.Pod))
            {
                return; // PodChanged comes
            }

            IReadOnlyList<string> failures = [];
            if (cluster.Find(turn.Pod) is { Status.Phase: "Running", Metadata.DeletionTimestamp: null } pod)
            {
                failures = await TellAsync(turn.Pod, pod, cancellationToken);
            }

            if (failures.Count > 0 && attempt == 1)
            {
                await RestAsync(turn, cancellationToken);
                if (turn.HasNews)
                {
                    return; // the newer notice says all that this one would
                }

                continue;
            }

            if (failures.Count > 0)
            {
                string failure = string.Join("; ", failures);
                InPlaceLog.Failed(log, turn.Pod.PodRef, failure);
                cluster.Event(turn.Pod, FailedReason, failure);
            }

            owed.Settle(turn.Pod.PodUid, from);
            return;
        }
    }

    private async Task<IReadOnlyList<string>> TellAsync(PodIdentity identity, Pod pod, CancellationToken cancellationToken)
    {
        PodWishes wishes = teller.WishesOf(pod);
        Complain(identity, wishes);
        await places.WaitAsync(cancellationToken);
        try
        {
            IReadOnlyList<string> failures = await teller.TellAsync(pod, wishes, cancellationToken);
            if (failures.Count == 0 && wishes.Any)
            {
                InPlaceLog.Told(log, identity.PodRef, string.Join(", ", ((object?[])[wishes.Http, wishes.Signal]).OfType<object>()));
            }

            return failures;
        }
        finally
        {
            places.Release();
        }
    }

    private void Complain(PodIdentity pod, PodWishes wishes)
    {
        if (wishes.Problems.Count > 0)
        {
            cluster.Event(pod, InvalidReason, OneLine.Of(string.Join("; ", wishes.Problems)));
        }
    }

    private static bool HasBegun(Pod? pod) => pod is null or { Status.Phase: "Running" or "Succeeded" or "Failed" } or { Metadata.DeletionTimestamp: not null };

    /// <summary>Whether the pod has not begun yet. Looked at twice: it may begin between the look and the note.</summary>
    private bool Waits(PodIdentity pod)
    {
        if (HasBegun(cluster.Find(pod)))
        {
            return false;
        }

        waiting[pod.PodUid] = pod;
        return !HasBegun(cluster.Find(pod)) || !waiting.TryRemove(pod.PodUid, out _);
    }

    /// <summary>Until the second attempt, or until there is something newer to tell.</summary>
    private async Task RestAsync(PodTurn turn, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(turn.News, Task.Delay(Rest, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
