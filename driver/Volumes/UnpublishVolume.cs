using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Volumes;

/// <summary>NodeUnpublishVolume: takes the mount away and forgets the volume. Idempotent: whatever exists is removed, a volume that nobody
/// knows is a success.</summary>
internal sealed class UnpublishVolume(VolumeStore store, VolumeDisk disk, VolumeRuntime runtime, VolumeReports reports)
{
    /// <summary>Each call is counted once, with its failure if it ends in one.</summary>
    public async Task UnpublishAsync(Func<(string VolumeId, string TargetPath)> place, CancellationToken cancellationToken)
    {
        using var deadline = new CallDeadline(runtime.Options.CallTimeout, runtime.Time, cancellationToken);
        try
        {
            (string volumeId, string targetPath) = place();
            await UnpublishAsync(volumeId, targetPath, deadline);
        }
        catch (Exception e)
        {
            reports.UnpublishEnded(VolumeFailures.ReasonOf(e));
            throw;
        }

        reports.UnpublishEnded(null);
    }

    private async Task UnpublishAsync(string volumeId, string targetPath, CallDeadline deadline)
    {
        try
        {
            using IDisposable turn = await runtime.Locks.EnterAsync(volumeId, targetPath, deadline.Token);
            runtime.Passed(PublishStep.UnpublishEntered);
            VolumeState? known = store.Find(volumeId)?.State;
            RefuseAnothersTarget(volumeId, targetPath);
            if (known is not null && known.TargetPath != targetPath)
            {
                // The volume lives elsewhere, and goes on.
                disk.RemoveStray(targetPath);
                return;
            }

            disk.Remove(volumeId, targetPath);
            runtime.Passed(PublishStep.Unmounted);
            store.ForgetQuietly(volumeId); // a disk that refuses must not keep a pod from ending
            runtime.Passed(PublishStep.Forgotten);
            if (known is not null)
            {
                reports.Unpublished(known);
            }
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            throw VolumeFailures.StillBusy(volumeId, e);
        }
        catch (SecretsException e) when (e.Reason != FailureReason.VolumeConflict)
        {
            throw e.After(CsiDriverWords.UnmountSentence);
        }
    }

    private void RefuseAnothersTarget(string volumeId, string targetPath)
    {
        if (store.At(targetPath) is { } there && there != volumeId)
        {
            throw VolumeFailures.AnothersTarget(volumeId, targetPath);
        }
    }
}
