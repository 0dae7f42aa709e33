using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Volumes;

/// <summary>NodeGetVolumeStats: what a volume holds, and what is wrong with it.</summary>
internal sealed class VolumeStats(VolumeStore store, IMounts mounts)
{
    /// <summary>Throws VolumeNotFound for a volume or path that is not known here.</summary>
    public VolumeUsageReport Of(string volumeId, string path)
    {
        VolumeState? state = store.Find(volumeId)?.State;
        if (state is null || state.TargetPath != path || mounts.Find(path) != MountState.Mounted)
        {
            throw new SecretsException(FailureReason.VolumeNotFound, $"volume {volumeId}", "not published at that path on this node", "publish it there first");
        }

        VolumeUsage usage = mounts.Usage(path);
        string? trouble = state.Failure is { } failure
            ? $"refresh has failed since {failure.Since:u}: {failure.Message}" // the same at each try: the kubelet makes an event of each new text
            : null;
        return new VolumeUsageReport(usage, trouble);
    }
}

/// <summary>Usage, and the trouble in one sentence (null when there is none).</summary>
internal sealed record VolumeUsageReport(VolumeUsage Usage, string? Trouble);
