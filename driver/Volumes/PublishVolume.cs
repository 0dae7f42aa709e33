using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>
/// NodePublishVolume, the kubelet's republish, and refreshes of our own: one pipeline.
/// <list type="number">
/// <item>Enter the locks of the volume and of its target: one call at a time.</item>
/// <item>Look at the target. A volume is live once one publish has completed on it.</item>
/// <item>Read the request, all of it. A live volume that is not due ends here.</item>
/// <item>Plan: class, provider, settings; every error at once.</item>
/// <item>Resolve: fetch what the volume lacks; what it has and is current is kept.</item>
/// <item>Lay the files out and check their paths.</item>
/// <item>Write: mount if it is the first time, swap in the new set whole. The first side effect.</item>
/// <item>Save the volume's state.</item>
/// <item>Report: pod status, event, metrics.</item>
/// </list>
/// A first mount that fails leaves nothing behind. On a live volume every failure of steps 3 to 8 counts as a failed refresh: the old files
/// stay and the answer is OK, because a kubelet before 1.37 destroys the mount's bookkeeping on an error.
/// </summary>
internal sealed class PublishVolume(
    VolumeStore store, IVolumeContent content, VolumeDisk disk, VolumeRuntime runtime, VolumeReports reports)
{
    /// <summary>Each call is counted once, with its failure if it ends in one.</summary>
    public async Task PublishAsync(
        Func<(string VolumeId, string TargetPath)> place, Func<PublishRequest> read, CancellationToken cancellationToken)
    {
        using var deadline = new CallDeadline(runtime.Options.CallTimeout, runtime.Time, cancellationToken);
        string provider = "";
        try
        {
            (string volumeId, string targetPath) = place();
            await PublishAsync(volumeId, targetPath, read, planned => provider = planned, deadline);
            provider = store.Find(volumeId)?.State.Provider ?? "";
        }
        catch (Exception e)
        {
            reports.PublishEnded(provider, VolumeFailures.ReasonOf(e));
            throw;
        }

        reports.PublishEnded(provider, null);
    }

    private async Task PublishAsync(
        string volumeId, string targetPath, Func<PublishRequest> read, Action<string> planned, CallDeadline deadline)
    {
        using IDisposable? turn = await EnterAsync(volumeId, targetPath, deadline); // 1
        if (turn is null)
        {
            return;
        }

        runtime.Passed(PublishStep.Entered);
        bool live = Look(volumeId, targetPath); // 2
        runtime.Passed(PublishStep.Looked);
        await (live ? RepublishAsync(volumeId, read, deadline) : FirstAsync(volumeId, targetPath, read, planned, deadline));
    }

    /// <summary>Whether a volume lives at the target: this one, or one that is not known yet.</summary>
    private bool Look(string volumeId, string targetPath)
    {
        bool live = disk.IsLive(targetPath);
        return live && store.At(targetPath) is { } there && there != volumeId ? throw VolumeFailures.AnothersTarget(volumeId, targetPath) : live;
    }

    /// <summary>A refresh of our own, with the last request of the kubelet. Steps 4 to 9; a failure is recorded, never thrown.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="forcedAt">When somebody asked for it; answers from before do not count. Null for a refresh that is merely due.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RefreshAsync(Volume volume, DateTimeOffset? forcedAt, CancellationToken cancellationToken)
    {
        using var deadline = new CallDeadline(runtime.Options.CallTimeout, runtime.Time, cancellationToken);
        using IDisposable? turn = await EnterAsync(volume.State.VolumeId, volume.State.TargetPath, deadline);
        if (turn is not null && volume.Request is { } request && store.Find(request.VolumeId) == volume)
        {
            await RefreshOrRecordAsync(request, volume.State, forcedAt, deadline);
        }
    }

    /// <summary>Null when another call has been at work on a live volume all the while: that one is its refresh.</summary>
    private async Task<IDisposable?> EnterAsync(string volumeId, string targetPath, CallDeadline deadline)
    {
        try
        {
            return await runtime.Locks.EnterAsync(volumeId, targetPath, deadline.Token);
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            return Look(volumeId, targetPath) ? null : throw VolumeFailures.StillBusy(volumeId, e);
        }
    }

    private async Task FirstAsync(string volumeId, string targetPath, Func<PublishRequest> read, Action<string> planned, CallDeadline deadline)
    {
        PublishRequest? request = null;
        try
        {
            RefuseOtherTarget(volumeId, targetPath);
            store.Forget(volumeId); // whatever was known belonged to a mount that is gone
            request = read(); // 3
            runtime.Passed(PublishStep.Read);
            using VolumePlan plan = await content.PlanAsync(request, deadline.Token); // 4
            planned(plan.Provider);
            runtime.Passed(PublishStep.Planned);
            using ResolvedClass resolved = await content.ResolveAsync(request, plan, [], runtime.Options.FirstMountMaxAge, deadline.Token); // 5
            runtime.Passed(PublishStep.Resolved);
            using VolumeFiles files = VolumeFiles.Lay(request, resolved); // 6
            runtime.Passed(PublishStep.LaidOut);
            disk.Mount(request, files); // 7
            runtime.Passed(PublishStep.Written);
            Volume volume = store.Save(StateOf(request, plan, resolved)); // 8
            runtime.Passed(PublishStep.Saved);
            reports.StatusChanged(volume.State); // 9
            runtime.Passed(PublishStep.Reported);
            volume.Remember(request);
            await reports.Mirrored(volume.State, deadline.Token);
        }
        catch (Exception e)
        {
            Undo(targetPath, request);
            SecretsException? failure = VolumeFailures.Known(e, volumeId, deadline);
            if (failure is null)
            {
                throw;
            }

            throw request is null ? failure : failure.After(CsiDriverWords.Sentence(failure.Reason, request.Pod.PodRef, request.ClassRef));
        }
    }

    /// <summary>One volume is published at one target. While it lives there, another is no place for it.</summary>
    private void RefuseOtherTarget(string volumeId, string targetPath)
    {
        if (store.Find(volumeId)?.State.TargetPath is { } known && known != targetPath && disk.IsLive(known))
        {
            throw new SecretsException(
                FailureReason.VolumeConflict, $"volume {volumeId}", $"it is published at {known} already", "unpublish it there first");
        }
    }

    /// <summary>Takes back all that a first mount may have done, as far as it got; this one's, or one's that was killed.</summary>
    private void Undo(string targetPath, PublishRequest? request)
    {
        if (request is null)
        {
            disk.RemoveRemains(targetPath);
            return;
        }

        disk.RemoveQuietly(request.VolumeId, request.TargetPath);
        request.Dispose();
        store.ForgetQuietly(request.VolumeId);
    }

    private async Task RepublishAsync(string volumeId, Func<PublishRequest> read, CallDeadline deadline)
    {
        Volume? volume = store.Find(volumeId);
        try
        {
            PublishRequest request = read(); // 3
            runtime.Passed(PublishStep.Read);
            bool unseen = volume?.Request is null;
            volume?.Remember(request);
            if (runtime.Options.Rotation && (unseen || runtime.Schedule.NextDue(volume!.State) <= runtime.Time.GetUtcNow()))
            {
                await RefreshOrRecordAsync(request, volume?.State, null, deadline);
            }

            if (store.Find(volumeId) is { } known)
            {
                known.Remember(request);
            }
            else
            {
                request.Dispose();
            }
        }
        catch (OperationCanceledException) when (deadline.IsAbandoned)
        {
            throw; // nobody waits for the answer any more
        }
#pragma warning disable CA1031 // Boundary: a request that cannot be read, for whatever reason, is a failed refresh.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RecordFailure(volume?.State, VolumeFailures.Known(e, volumeId, deadline) ?? VolumeFailures.Unexpected(e, volumeId));
        }
    }

    private async Task RefreshOrRecordAsync(PublishRequest request, VolumeState? state, DateTimeOffset? forcedAt, CallDeadline deadline)
    {
        long started = runtime.Time.GetTimestamp();
        try
        {
            bool changed = await RefreshAsync(request, state, forcedAt, deadline.Token);
            reports.RefreshEnded(store.Find(request.VolumeId)?.State.Provider ?? "", changed, Seconds(started), null);
        }
        catch (OperationCanceledException) when (deadline.IsAbandoned)
        {
            throw; // nobody waits for the answer any more
        }
#pragma warning disable CA1031 // Boundary: whatever goes wrong with a live volume, it keeps its files and the others their refreshes.
        catch (Exception e)
#pragma warning restore CA1031
        {
            SecretsException failure = VolumeFailures.Known(e, request.VolumeId, deadline) ?? VolumeFailures.Unexpected(e, request.VolumeId);
            RecordFailure(state ?? Adopted(request), failure);
            reports.RefreshEnded(state?.Provider ?? "", false, Seconds(started), failure.Reason);
        }
    }

    /// <summary>Steps 4 to 9 on a live volume.</summary>
    private async Task<bool> RefreshAsync(PublishRequest request, VolumeState? state, DateTimeOffset? forcedAt, CancellationToken cancellationToken)
    {
        if (!disk.IsLive(request.TargetPath))
        {
            throw new SecretsException(
                FailureReason.MountPointUnusable, $"target path {request.TargetPath}", "the volume's files are gone from it", "delete the pod, so that it is mounted anew");
        }

        using VolumePlan plan = await content.PlanAsync(request, cancellationToken); // 4
        runtime.Passed(PublishStep.Planned);
        DateTimeOffset now = runtime.Time.GetUtcNow();
        bool sameClass = state?.ClassVersion == plan.Version && state.Group == request.Group;
        if (state is not null && (IsMade(state, plan) || (sameClass && forcedAt is null && IsEarly(state, plan, now))))
        {
            store.Settle(request.VolumeId, now);
            return false;
        }

        TimeSpan maxAge = forcedAt is { } at ? Max(TimeSpan.Zero, now - at) : state is null ? runtime.Options.FirstMountMaxAge : plan.Interval;
        using ResolvedClass resolved = await content.ResolveAsync(request, plan, state?.Objects ?? [], maxAge, cancellationToken); // 5
        runtime.Passed(PublishStep.Resolved);
        bool changed = false;
        if (!sameClass || !resolved.NothingFresh || resolved.Objects.Count != state!.Objects.Count)
        {
            using VolumeFiles files = VolumeFiles.Lay(request, resolved); // 6
            runtime.Passed(PublishStep.LaidOut);
            changed = disk.Replace(request, files); // 7
            runtime.Passed(PublishStep.Written);
        }

        VolumeState next = StateOf(request, plan, resolved);
        bool sameVersions = state is not null && VolumeVersions.Same(state, next);
        if (changed || !sameVersions || !sameClass || state?.Failure is not null || state?.Forced != next.Forced)
        {
            store.Save(next); // 8
        }
        else
        {
            store.Find(next.VolumeId)?.Become(next);
        }

        runtime.Passed(PublishStep.Saved);
        Report(state, next, changed, sameVersions); // 9
        runtime.Passed(PublishStep.Reported);
        return changed;
    }

    private static bool IsMade(VolumeState state, VolumePlan plan) => plan.Once && state.ClassVersion.Length > 0 && state.Failure is null;

    /// <summary>Nothing is due (the first call after a restart), or the manifest's sync windows are closed.</summary>
    private bool IsEarly(VolumeState state, VolumePlan plan, DateTimeOffset now)
    {
        if (plan.NotBefore > now)
        {
            store.Find(state.VolumeId)?.Become(state with { NotBefore = plan.NotBefore });
            return true;
        }

        return runtime.Schedule.NextDue(state) > now;
    }

    private void Report(VolumeState? before, VolumeState after, bool changed, bool sameVersions)
    {
        if (!sameVersions)
        {
            reports.StatusChanged(after);
        }

        if (before is not null && changed)
        {
            reports.RotationCompleted(after);
        }
        else if (before?.Failure is not null)
        {
            reports.Recovered(after);
        }
    }

    private void RecordFailure(VolumeState? state, SecretsException why)
    {
        if (state is null)
        {
            reports.RefreshFailed(null, why);
            return;
        }

        DateTimeOffset now = runtime.Time.GetUtcNow();
        VolumeState next = VolumeSchedule.Settled(state, now) with { Failure = VolumeSchedule.Failed(state, why, now) };
        if (state.Failure is null)
        {
            store.SaveQuietly(next);
        }
        else
        {
            store.Find(next.VolumeId)?.Become(next);
        }

        reports.RefreshFailed(next, why);
    }

    /// <summary>A live volume that another driver mounted, or whose state was lost, before its first refresh succeeds.</summary>
    private VolumeState Adopted(PublishRequest request) => new()
    {
        BootId = store.BootId,
        VolumeId = request.VolumeId,
        TargetPath = request.TargetPath,
        Pod = request.Pod,
        Source = request.Source,
        ClassName = request.ClassName,
        ClassVersion = "",
        Provider = "",
        Group = request.Group,
        Interval = runtime.Options.RotationInterval,
        Objects = [],
        SucceededAt = runtime.Time.GetUtcNow(),
    };

    private VolumeState StateOf(PublishRequest request, VolumePlan plan, ResolvedClass resolved) => Adopted(request) with
    {
        ClassVersion = plan.Version,
        Forced = store.Find(request.VolumeId)?.HonouredForce ?? "",
        Provider = plan.Provider,
        Interval = plan.Interval,
        Objects = [.. resolved.Objects.Select(o => o.Applied)],
        Listings = resolved.Listings,
    };

    private double Seconds(long started) => runtime.Time.GetElapsedTime(started).TotalSeconds;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
