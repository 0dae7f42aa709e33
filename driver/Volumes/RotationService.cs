using System.Collections.Concurrent;
using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>
/// Refreshes volumes when they are due and the kubelet's last token still serves, by the pipeline of a publish. It sleeps until the next due
/// instant; a changed object, class or force-sync annotation wakes it.
/// </summary>
internal sealed class RotationService(
    VolumeStore store, PublishVolume pipeline, VolumeRuntime runtime, RotationMemory memory, Action<SecretsException> skipped)
    : BackgroundService
{
    private const int Parallel = 8;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TokenMargin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> forced = new(StringComparer.Ordinal);

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

    /// <summary>Refreshes everything that is due now. What <see cref="ExecuteAsync"/> does between two sleeps.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = runtime.Time.GetUtcNow();
        Volume[] due = [.. store.All.Where(v => Serves(v, now) && (forced.ContainsKey(v.State.VolumeId) || runtime.Schedule.NextDue(v.State) <= now))];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await RefreshAllAsync(due, parallel);
        memory.Sweep();
        foreach (string gone in forced.Keys.Where(id => store.Find(id) is null))
        {
            forced.TryRemove(gone, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunDueAsync(stoppingToken);
                await SleepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private Task RefreshAllAsync(Volume[] due, ParallelOptions parallel) =>
        System.Threading.Tasks.Parallel.ForEachAsync(due, parallel, async (volume, token) =>
        {
            forced.TryRemove(volume.State.VolumeId, out DateTimeOffset at);
            try
            {
                await pipeline.RefreshAsync(volume, at == default ? null : at, token);
            }
            catch (SecretsException e)
            {
                skipped(e); // its turn did not come; the others' does
            }
        });

    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = runtime.Time.GetUtcNow();
        DateTimeOffset next = now + LongestSleep;
        foreach (Volume volume in store.All.Where(v => Serves(v, now)))
        {
            DateTimeOffset due = runtime.Schedule.NextDue(volume.State);
            next = due < next ? due : next;
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
}
