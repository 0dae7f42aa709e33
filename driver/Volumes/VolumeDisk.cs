using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Publishing;

namespace CsiSecrets.Volumes;

/// <summary>The one place where a volume's mount and files change: mounts, writes whole sets, reads back, removes; within the bounds.</summary>
internal sealed class VolumeDisk(IMounts mounts, AtomicDirectory directory, MemoryBudget budget, VolumeOptions options)
{
    /// <summary>Told after each step of a swap of files; a test dies here.</summary>
    public Action<SwapStep>? Swapping { get; init; }

    /// <summary>Told before a live volume's files are swapped, and after a swap that ended well whether anything differed.</summary>
    public Action<PublishRequest> Replacing { get; init; } = static _ => { };

    public Action<PublishRequest, bool> Replaced { get; init; } = static (_, _) => { };

    /// <summary>Every path, before anything is written.</summary>
    public static void CheckPaths(IReadOnlyList<SecretFile> files) => PayloadPath.Require(files);

    /// <summary>Whether one publish has completed on the target: a whole set is there, or the files of a peer's provider.</summary>
    public bool IsLive(string targetPath)
    {
        if (mounts.Find(targetPath) != MountState.Mounted)
        {
            return false;
        }

        using VolumeContent? content = VolumeContent.Open(targetPath);
        return content is not null;
    }

    /// <summary>First publish: mounts a fresh tmpfs and fills it. Whoever calls undoes it on failure, by <see cref="RemoveQuietly"/>.</summary>
    public void Mount(PublishRequest request, VolumeFiles files)
    {
        SetSize size = SetSize.Of(files.All);
        budget.Reserve(request.VolumeId, request.Pod.PodRef, size.Weight);
        if (mounts.Find(request.TargetPath) == MountState.Mounted)
        {
            // A mount on which no publish completed: what it holds is nobody's.
            mounts.Remove(request.TargetPath);
        }

        mounts.Mount(request.TargetPath, size.ToVolume(request.Group));
        directory.Publish(request.TargetPath, files.All, OptionsFor(request));
    }

    /// <summary>Refresh: swaps in the new set, growing the tmpfs if it must. On failure the old set stays. Returns whether anything differed.</summary>
    public bool Replace(PublishRequest request, VolumeFiles files)
    {
        SetSize size = SetSize.Of(files.All);
        long before = budget.Reserve(request.VolumeId, request.Pod.PodRef, size.Weight);
        try
        {
            Replacing(request);
            bool changed = directory.Publish(request.TargetPath, files.All, OptionsFor(request)).Any;
            Replaced(request, changed);
            Bound(request, size);
            return changed;
        }
        catch
        {
            budget.Recover(request.VolumeId, before);
            throw;
        }
    }

    /// <summary>Reads one file of a live volume back. The caller disposes it.</summary>
    public static SecretBytes Read(string targetPath, string path)
    {
        using VolumeContent? content = VolumeContent.Open(targetPath);
        return content?.ReadFile(path) ?? throw new SecretsException(
            FailureReason.MountPointUnusable, $"file {path} of the volume at {targetPath}", "it is gone", "the next refresh reads it anew");
    }

    /// <summary>Takes the mount and the target's folder away. Idempotent.</summary>
    public void Remove(string volumeId, string targetPath)
    {
        mounts.Remove(targetPath);
        budget.Release(volumeId);
    }

    /// <summary>Takes away what is mounted at a target that is no volume's.</summary>
    public void RemoveStray(string targetPath) => mounts.Remove(targetPath);

    /// <summary>Counts what a former process mounted against the bound.</summary>
    public void Recount(VolumeState state) => budget.Recover(state.VolumeId, SetSize.WeightOf(mounts.Usage(state.TargetPath)));

    /// <summary>The same where a failure is under way already, which is the one to report.</summary>
    public void RemoveQuietly(string volumeId, string targetPath)
    {
        try
        {
            Remove(volumeId, targetPath);
        }
        catch (SecretsException)
        {
            // The kubelet's retry finds the remains and removes them.
            budget.Release(volumeId);
        }
    }

    /// <summary>Takes away the mount of a first publish that was killed before it completed: nobody's, and not counted against the bound.</summary>
    public void RemoveRemains(string targetPath)
    {
        try
        {
            if (mounts.Find(targetPath) == MountState.Mounted && !IsLive(targetPath))
            {
                mounts.Remove(targetPath);
            }
        }
        catch (SecretsException)
        {
            // A failure is under way already, which is the one to report; the kubelet calls again.
        }
    }

    /// <summary>A peer's tmpfs may hold half of the node's memory: from the first refresh on it is as bounded as our own.</summary>
    private void Bound(PublishRequest request, SetSize size)
    {
        VolumeUsage usage = mounts.Usage(request.TargetPath);
        if (usage.TotalBytes == 0 || usage.TotalBytes > options.VolumeBytes || usage.TotalInodes == 0)
        {
            TmpfsOptions own = size.ToVolume(request.Group);
            mounts.Resize(request.TargetPath, own.Bytes, own.Inodes);
        }
    }

    private PublishOptions OptionsFor(PublishRequest request) => new() { Gid = request.Group, MaxBytes = options.VolumeBytes, Step = Swapping };
}
