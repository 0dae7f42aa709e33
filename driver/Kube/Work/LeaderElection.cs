using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Work;

/// <summary>
/// Lets one of several processes work at a time, by a Lease. The times of others are measured on our own clock, from when we saw them change.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="lease">The Lease's namespace and name.</param>
/// <param name="identity">Ours, told apart from everybody else's.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed class LeaderElection(IKubeApi api, ObjectKey lease, string identity, TimeProvider time, ILogger<LeaderElection> log)
{
    /// <summary>How long a leader that is silent keeps the others waiting.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader works on without a renewal.</summary>
    public static readonly TimeSpan RenewWithin = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private const long Never = long.MinValue;

    private LeaseSpec? seen;
    private long seenAt;
    private bool leading;

    // When the renewal was asked for that counts now; before the answer, because the others count from when the server wrote it.
    private long renewed = Never;

    /// <summary>Whether this process leads now.</summary>
    public bool IsLeader => Volatile.Read(ref leading);

    /// <summary>
    /// Whether a write may begin now. A process that was stopped, and goes on after others have taken over, finds so by the clock, before any
    /// timer of its own has told it. What is begun in a term may be ended within it, also after a stop was asked for.
    /// </summary>
    public bool MayWrite => Volatile.Read(ref renewed) is var at && at != Never && time.GetElapsedTime(at) < RenewWithin;

    /// <summary>
    /// Runs <paramref name="lead"/> whenever this process leads, until <paramref name="stop"/>. A lost lease cancels the work at once, and the
    /// next term begins only when it has ended. On stop the work ends first, then the lease is given back.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                long asked = time.GetTimestamp();
                while (!await TryHoldAsync(stop))
                {
                    await Task.Delay(Jitter.Around(RetryEvery), time, stop);
                    asked = time.GetTimestamp();
                }

                Volatile.Write(ref renewed, asked);
                await LeadAsync(lead, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As asked.
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken stop)
    {
        KubeLog.LeadershipBegins(log, lease.ToString(), identity);
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Volatile.Write(ref leading, true);
        Task work = lead(term.Token);
        try
        {
            await RenewAsync(work, term.Token);
        }
        finally
        {
            Volatile.Write(ref leading, false);
            await term.CancelAsync();
            try
            {
                await work;
            }
            catch (OperationCanceledException) when (term.IsCancellationRequested)
            {
                // It was told to.
            }

            Volatile.Write(ref renewed, Never);
            KubeLog.LeadershipEnds(log, lease.ToString(), identity);
            await ReleaseAsync();
        }
    }

    /// <summary>Holds the lease until it is lost, or until the work ends by itself, which is a defect that the caller sees.</summary>
    private async Task RenewAsync(Task work, CancellationToken term)
    {
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(RetryEvery, time, term));
            term.ThrowIfCancellationRequested();
            TimeSpan left = RenewWithin - time.GetElapsedTime(Volatile.Read(ref renewed));
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            using var limit = new CancellationTokenSource(left, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, term);
            long asked = time.GetTimestamp();
            try
            {
                if (await TryHoldAsync(both.Token))
                {
                    Volatile.Write(ref renewed, asked);
                }
                else if (seen is { HolderIdentity: { Length: > 0 } holder } && holder != identity)
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !term.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Takes or renews the lease. False: somebody else has it, or the server does not answer.</summary>
    private async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            Lease? there = await api.GetAsync(ResourceTypes.Leases, lease, cancellationToken);
            if (there is null)
            {
                return Note(await api.CreateAsync(ResourceTypes.Leases, New(), cancellationToken));
            }

            if (seen is null || seen.HolderIdentity != there.Spec.HolderIdentity || seen.RenewTime != there.Spec.RenewTime)
            {
                seen = there.Spec;
                seenAt = time.GetTimestamp();
            }

            bool mine = there.Spec.HolderIdentity == identity;
            TimeSpan itsTerm = TimeSpan.FromSeconds(there.Spec.LeaseDurationSeconds ?? (int)Term.TotalSeconds);
            if (!mine && there.Spec.HolderIdentity is { Length: > 0 } && time.GetElapsedTime(seenAt) < itsTerm)
            {
                return false;
            }

            Lease next = there with { Spec = Held(there.Spec, mine) };
            return await api.ReplaceAsync(ResourceTypes.Leases, next, cancellationToken) is { } written && Note(written);
        }
        catch (SecretsException e)
        {
            if (e.Reason != FailureReason.KubernetesConflict)
            {
                KubeLog.LeaseTrouble(log, lease.ToString(), e.Message);
            }

            return false;
        }
    }

    private bool Note(Lease written)
    {
        seen = written.Spec;
        seenAt = time.GetTimestamp();
        return true;
    }

    /// <summary>Gives the lease back, so that the next one need not wait for its end. Short, and never in the way of a stop.</summary>
    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(RetryEvery, time);
        try
        {
            Lease? there = await api.GetAsync(ResourceTypes.Leases, lease, limit.Token);
            if (there?.Spec.HolderIdentity == identity)
            {
                LeaseSpec free = there.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = time.GetUtcNow() };
                await api.ReplaceAsync(ResourceTypes.Leases, there with { Spec = free }, limit.Token);
            }
        }
        catch (Exception e) when (e is SecretsException or OperationCanceledException)
        {
            // Its term ends by itself.
            KubeLog.LeaseTrouble(log, lease.ToString(), e.Message);
        }
    }

    private Lease New() => new()
    {
        Metadata = new ObjectMeta { Namespace = lease.Namespace, Name = lease.Name },
        Spec = Held(LeaseSpec.Empty, mine: false) with { LeaseTransitions = 0 },
    };

    private LeaseSpec Held(LeaseSpec before, bool mine)
    {
        DateTimeOffset now = time.GetUtcNow();
        return before with
        {
            HolderIdentity = identity,
            LeaseDurationSeconds = (int)Term.TotalSeconds,
            AcquireTime = mine ? before.AcquireTime : now,
            RenewTime = now,
            LeaseTransitions = mine ? before.LeaseTransitions : (before.LeaseTransitions ?? 0) + 1,
        };
    }
}
