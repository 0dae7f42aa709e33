using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Volumes;

/// <summary>NodeUnpublishVolume: takes the mount away and forgets the volume. Idempotent: whatever exists is removed, a volume that nobody
/// knows is a success.</summary>
internal sealed class UnpublishVolume(VolumeStore store, VolumeDisk disk, VolumeRuntime runtime, VolumeReports reports)
{
    public async Task UnpublishAsync(string volumeId, string targetPath, CancellationToken cancellationToken)
    {
        using var deadline = new CallDeadline(runtime.Options.CallTimeout, runtime.Time, cancellationToken);
        try
        {
            using IDisposable turn = await runtime.Locks.EnterAsync(volumeId, deadline.Token);
            runtime.Passed(PublishStep.UnpublishEntered);
            VolumeState? known = store.Find(volumeId)?.State;
            RefuseAnothersTarget(volumeId, targetPath);
            if (known is not null && known.TargetPath != targetPath)
            {
                // The volume lives elsewhere, and goes on.
                disk.RemoveStray(targetPath);
                reports.UnpublishEnded(null);
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

            reports.UnpublishEnded(null);
        }
        catch (OperationCanceledException e) when (deadline.IsOver)
        {
            reports.UnpublishEnded(FailureReason.KubernetesConflict);
            throw VolumeFailures.StillBusy(volumeId, e);
        }
        catch (SecretsException e)
        {
            reports.UnpublishEnded(e.Reason);
            throw e.Reason == FailureReason.VolumeConflict ? e : e.After(CsiDriverWords.UnmountSentence);
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
