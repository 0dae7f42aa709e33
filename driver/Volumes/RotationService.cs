using System.Collections.Concurrent;
using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>
/// Refreshes volumes when they are due and the kubelet's last token still serves, by the pipeline of a publish. It sleeps until the next due
/// instant; a changed object, class or force-sync annotation wakes it. A refresh that takes long holds up no other, and those of one namespace
/// never take all turns: a tenant whose provider hangs is late alone.
/// </summary>
internal sealed class RotationService(
    VolumeStore store, PublishVolume pipeline, VolumeRuntime runtime, RotationMemory memory, Action<SecretsException> skipped)
    : BackgroundService
{
    private const int Parallel = 12;
    private const int ParallelOfNamespace = 4;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TokenMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> forced = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Turn> turns = new(StringComparer.Ordinal);

    /// <summary>Something changed: look again now.</summary>
    public void Wake()
    {
        if (wake.CurrentCount == 0)
        {
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another thread woke it between the two lines: once is enough.
            }
        }
    }

    /// <summary>Refreshes these volumes now, due or not: somebody asked for it, or their class was edited.</summary>
    public void Force(Predicate<VolumeState> which)
    {
        DateTimeOffset now = runtime.Time.GetUtcNow();
        foreach (Volume volume in store.All.Where(v => which(v.State)))
        {
            forced[volume.State.VolumeId] = now;
        }

        Wake();
    }

    /// <summary>Refreshes everything that is due now, once, and waits for the end of it.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        var begun = new HashSet<Volume>();
        do
        {
            Begin(runtime.Time.GetUtcNow(), begun.Add, cancellationToken);
            await Task.WhenAll(turns.Values.Select(t => t.Ended.Task)).WaitAsync(cancellationToken);
        }
        while (Due(runtime.Time.GetUtcNow()).Any(v => !begun.Contains(v)));
        Forget();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long forgot = runtime.Time.GetTimestamp();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                DateTimeOffset now = runtime.Time.GetUtcNow();
                Begin(now, static _ => true, stoppingToken);
                if (runtime.Time.GetElapsedTime(forgot) >= ForgetEvery)
                {
                    Forget();
                    forgot = runtime.Time.GetTimestamp();
                }

                await SleepAsync(now, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends, and with it the refreshes under way.
        }

        await Task.WhenAll(turns.Values.Select(t => t.Ended.Task));
    }

    private IEnumerable<Volume> Due(DateTimeOffset now) => store.All.Where(v => Serves(v, now) && !turns.ContainsKey(v.State.VolumeId)
        && (forced.ContainsKey(v.State.VolumeId) || runtime.Schedule.NextDue(v.State) <= now));

    /// <summary>Begins what is due, as far as there are turns; the end of one wakes the loop for the next.</summary>
    private void Begin(DateTimeOffset now, Predicate<Volume> wanted, CancellationToken cancellationToken)
    {
        foreach (Volume volume in Due(now))
        {
            string ns = volume.State.Pod.Namespace;
            if (turns.Count >= Parallel)
            {
                return;
            }

            var turn = new Turn(ns);
            if (turns.Values.Count(t => t.Namespace == ns) < ParallelOfNamespace && wanted(volume) && turns.TryAdd(volume.State.VolumeId, turn))
            {
                _ = RefreshAsync(volume, turn, cancellationToken);
            }
        }
    }

    private async Task RefreshAsync(Volume volume, Turn turn, CancellationToken cancellationToken)
    {
        await Task.Yield();
        string id = volume.State.VolumeId;
        forced.TryRemove(id, out DateTimeOffset at);
        try
        {
            await pipeline.RefreshAsync(volume, at == default ? null : at, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
#pragma warning disable CA1031 // Boundary: whatever becomes of one volume's turn, the others have theirs.
        catch (Exception e)
#pragma warning restore CA1031
        {
            skipped(e as SecretsException ?? VolumeFailures.Unexpected(e, id));
            await Task.Delay(Rest, runtime.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it is still due
        }
        finally
        {
            turns.TryRemove(id, out _);
            turn.Ended.SetResult();
            Wake();
        }
    }

    /// <summary>Drops what is known of volumes that are gone, and of objects that nobody has any more.</summary>
    private void Forget()
    {
        memory.Sweep();
        foreach (string gone in forced.Keys.Where(id => store.Find(id) is null))
        {
            forced.TryRemove(gone, out _);
        }
    }

    /// <param name="began">When what was due was begun. What was due then and has no turn waits for the end of another's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task SleepAsync(DateTimeOffset began, CancellationToken cancellationToken)
    {
        DateTimeOffset now = runtime.Time.GetUtcNow();
        DateTimeOffset next = now + LongestSleep;
        foreach (Volume volume in store.All.Where(v => Serves(v, now) && !turns.ContainsKey(v.State.VolumeId)))
        {
            DateTimeOffset due = runtime.Schedule.NextDue(volume.State);
            next = due < next && due > began ? due : next;
        }

        TimeSpan sleep = next - now;
        if (sleep > TimeSpan.Zero)
        {
            using var timer = new CancellationTokenSource(sleep, runtime.Time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                await wake.WaitAsync(linked.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Due time: the ordinary end of a sleep.
            }
        }
    }

    /// <summary>Refreshes of our own need the kubelet's last request, with tokens that are still valid.</summary>
    private bool Serves(Volume volume, DateTimeOffset now) =>
        runtime.Options.Rotation && volume.Request is { } request && request.Tokens.Expires - TokenMargin > now;

    /// <summary>A refresh under way, and whose.</summary>
    private sealed record Turn(string Namespace)
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
