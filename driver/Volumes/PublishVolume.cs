using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>
/// NodePublishVolume, the kubelet's republish, and refreshes of our own: one pipeline.
/// <list type="number">
/// <item>Enter the volume's lock: one call at a time.</item>
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
    VolumeStore store, ClassContent content, VolumeDisk disk, VolumeRuntime runtime, VolumeReports reports)
{
    public async Task PublishAsync(string volumeId, string targetPath, Func<PublishRequest> read, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(runtime.Options.CallTimeout, runtime.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using IDisposable turn = await EnterAsync(volumeId, linked.Token); // 1
            runtime.Passed(PublishStep.Entered);
            bool live = disk.IsLive(targetPath); // 2
            runtime.Passed(PublishStep.Looked);
            await (live ? RepublishAsync(volumeId, targetPath, read, linked.Token) : FirstAsync(volumeId, read, linked.Token));
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            if (!disk.IsLive(targetPath))
            {
                throw new SecretsException(
                    FailureReason.ProviderTimeout, $"volume {volumeId}", $"not ready within {runtime.Options.CallTimeout.TotalSeconds:0} s", "the kubelet tries again", e);
            }
        }
    }

    /// <summary>A refresh of our own, with the last request of the kubelet. Steps 4 to 9; a failure is recorded, never thrown.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="forcedAt">When somebody asked for it; answers from before do not count. Null for a refresh that is merely due.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RefreshAsync(Volume volume, DateTimeOffset? forcedAt, CancellationToken cancellationToken)
    {
        using IDisposable turn = await EnterAsync(volume.State.VolumeId, cancellationToken);
        if (volume.Request is { } request && store.Find(request.VolumeId) == volume && disk.IsLive(request.TargetPath))
        {
            await RefreshOrRecordAsync(request, volume.State, forcedAt, cancellationToken);
        }
    }

    private Task<IDisposable> EnterAsync(string volumeId, CancellationToken cancellationToken) =>
        runtime.Locks.EnterAsync(volumeId, runtime.Options.CallTimeout, cancellationToken);

    private async Task FirstAsync(string volumeId, Func<PublishRequest> read, CancellationToken cancellationToken)
    {
        string provider = "";
        PublishRequest? request = null;
        try
        {
            store.Forget(volumeId); // whatever was known belonged to a mount that is gone
            request = read(); // 3
            runtime.Passed(PublishStep.Read);
            VolumePlan plan = await content.PlanAsync(request, cancellationToken); // 4
            provider = plan.Provider.Name;
            runtime.Passed(PublishStep.Planned);
            using ResolvedClass resolved = await content.ResolveAsync(request, plan, [], runtime.Options.FirstMountMaxAge, cancellationToken); // 5
            runtime.Passed(PublishStep.Resolved);
            using VolumeFiles files = VolumeFiles.Lay(request, resolved); // 6
            runtime.Passed(PublishStep.LaidOut);
            disk.Mount(request, files); // 7
            runtime.Passed(PublishStep.Written);
            Volume volume = SaveOrUndo(request, plan, resolved); // 8
            runtime.Passed(PublishStep.Saved);
            volume.Remember(request);
            reports.StatusChanged(volume.State); // 9
            reports.PublishEnded(provider, null);
            runtime.Passed(PublishStep.Reported);
        }
        catch (Exception e)
        {
            request?.Dispose();
            reports.PublishEnded(provider, (e as SecretsException)?.Reason ?? (e is OperationCanceledException ? FailureReason.Cancelled : FailureReason.Internal));
            if (e is SecretsException failure && request is not null)
            {
                throw failure.After(CsiDriverWords.Sentence(failure.Reason, request.Pod.PodRef, request.ClassRef));
            }

            throw;
        }
    }

    private async Task RepublishAsync(string volumeId, string targetPath, Func<PublishRequest> read, CancellationToken cancellationToken)
    {
        Volume? volume = store.Find(volumeId);
        PublishRequest request;
        try
        {
            request = read(); // 3
        }
        catch (SecretsException e)
        {
            RecordFailure(volume?.State, e);
            reports.PublishEnded(volume?.State.Provider ?? "", null);
            return;
        }

        runtime.Passed(PublishStep.Read);
        bool unseen = volume?.Request is null;
        volume?.Remember(request);
        if (runtime.Options.Rotation && (unseen || runtime.Schedule.NextDue(volume!.State) <= runtime.Time.GetUtcNow()))
        {
            await RefreshOrRecordAsync(request, volume?.State, null, cancellationToken);
        }

        if (store.Find(volumeId) is { } known)
        {
            known.Remember(request);
        }
        else
        {
            request.Dispose();
        }

        reports.PublishEnded(volume?.State.Provider ?? "", null);
    }

    private async Task RefreshOrRecordAsync(
        PublishRequest request, VolumeState? state, DateTimeOffset? forcedAt, CancellationToken cancellationToken)
    {
        long started = runtime.Time.GetTimestamp();
        try
        {
            bool changed = await RefreshAsync(request, state, forcedAt, cancellationToken);
            reports.RefreshEnded(store.Find(request.VolumeId)?.State.Provider ?? "", changed, Seconds(started), null);
        }
        catch (SecretsException e)
        {
            RecordFailure(state ?? Adopted(request), e);
            reports.RefreshEnded(state?.Provider ?? "", false, Seconds(started), e.Reason);
        }
        catch (IOException e)
        {
            var failure = new SecretsException(
                FailureReason.FileWriteFailed, $"volume {request.VolumeId}", e.GetType().Name, "see the driver's log", e);
            RecordFailure(state ?? Adopted(request), failure);
            reports.RefreshEnded(state?.Provider ?? "", false, Seconds(started), failure.Reason);
        }
    }

    /// <summary>Steps 4 to 9 on a live volume.</summary>
    private async Task<bool> RefreshAsync(PublishRequest request, VolumeState? state, DateTimeOffset? forcedAt, CancellationToken cancellationToken)
    {
        VolumePlan plan = await content.PlanAsync(request, cancellationToken); // 4
        runtime.Passed(PublishStep.Planned);
        DateTimeOffset now = runtime.Time.GetUtcNow();
        bool sameClass = state?.ClassVersion == plan.ClassVersion && state.Group == request.Group;
        if (state is not null && sameClass && forcedAt is null && runtime.Schedule.NextDue(state) > now)
        {
            return false; // the first call after a restart: nothing is due, nothing is fetched
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
        if (changed || !sameVersions || !sameClass || state?.Failure is not null)
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

    private Volume SaveOrUndo(PublishRequest request, VolumePlan plan, ResolvedClass resolved)
    {
        try
        {
            return store.Save(StateOf(request, plan, resolved));
        }
        catch (IOException e)
        {
            disk.Remove(request.VolumeId, request.TargetPath);
            throw new SecretsException(
                FailureReason.FileWriteFailed, $"state of volume {request.VolumeId}", e.GetType().Name, "check the disk under --state-dir", e);
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
        VolumeState next = state with { Failure = VolumeSchedule.Failed(state, why, now) };
        if (state.Failure is null)
        {
            SaveQuietly(next);
        }
        else
        {
            store.Find(next.VolumeId)?.Become(next);
        }

        reports.RefreshFailed(next, why);
    }

    /// <summary>A disk that refuses the state of a failed refresh must not turn it into an error.</summary>
    private void SaveQuietly(VolumeState next)
    {
        try
        {
            store.Save(next);
        }
        catch (IOException)
        {
            store.Find(next.VolumeId)?.Become(next);
        }
    }

    /// <summary>A live volume that another driver mounted, or whose state was lost, before its first refresh succeeds.</summary>
    private VolumeState Adopted(PublishRequest request) => new()
    {
        BootId = store.BootId,
        VolumeId = request.VolumeId,
        TargetPath = request.TargetPath,
        Pod = request.Pod,
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
        ClassVersion = plan.ClassVersion,
        Provider = plan.Provider.Name,
        Interval = plan.Interval,
        Objects = [.. resolved.Objects.Select(o => o.Applied)],
        Listings = resolved.Listings,
    };

    private double Seconds(long started) => runtime.Time.GetElapsedTime(started).TotalSeconds;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
