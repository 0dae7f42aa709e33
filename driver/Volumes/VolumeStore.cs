using System.Collections.Concurrent;

namespace CsiSecrets.Volumes;

/// <summary>The volumes of this node: in memory, and in one state file each, so that a process that is killed at any instant is followed by one
/// that knows them.</summary>
internal sealed class VolumeStore(StateFiles files, string bootId) : IDisposable
{
    private readonly ConcurrentDictionary<string, Volume> volumes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> targets = new(StringComparer.Ordinal);

    public string BootId => bootId;

    public IReadOnlyCollection<Volume> All => (IReadOnlyCollection<Volume>)volumes.Values;

    public int Count => volumes.Count;

    /// <summary>The id of the volume whose target this is; null where there is none.</summary>
    public string? At(string targetPath) => targets.GetValueOrDefault(targetPath);

    public Volume? Find(string volumeId) => volumes.GetValueOrDefault(volumeId);

    /// <summary>Loads what a former process left. State of before a reboot, and of targets that are no longer mounted, is dropped.</summary>
    public void Recover(Predicate<VolumeState> stillMounted)
    {
        files.Open();
        foreach (string name in files.Names().ToList())
        {
            VolumeState? state = files.Read(name, StateJson.Default.VolumeState);
            if (state?.IsWhole() == true && state.BootId == bootId && Volume.FileNameOf(state.VolumeId) == name && stillMounted(state))
            {
                volumes[state.VolumeId] = new Volume(state with { NotBefore = null }); // whoever looks first asks the manifest
                targets[state.TargetPath] = state.VolumeId;
            }
            else
            {
                files.Delete(name);
            }
        }
    }

    /// <summary>Records a volume's new state, on disk first.</summary>
    public Volume Save(VolumeState state)
    {
        files.Write(Volume.FileNameOf(state.VolumeId), state, StateJson.Default.VolumeState);
        Volume volume = volumes.GetOrAdd(state.VolumeId, static (_, s) => new Volume(s), state);
        volume.Become(state);
        targets[state.TargetPath] = state.VolumeId;
        return volume;
    }

    /// <summary>A disk that refuses the state of a failed refresh must not turn it into an error.</summary>
    public void SaveQuietly(VolumeState state)
    {
        try
        {
            Save(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Find(state.VolumeId)?.Become(state);
        }
    }

    /// <summary>A clock that was set back made a volume due: it was looked at, and is not so again at once.</summary>
    public void Settle(string volumeId, DateTimeOffset now)
    {
        if (Find(volumeId) is { } volume && VolumeSchedule.IsOfAnotherClock(volume.State, now))
        {
            volume.Become(VolumeSchedule.Settled(volume.State, now));
        }
    }

    /// <summary>For a volume whose mount is gone: a state file that stays behind is dropped at the next start.</summary>
    public void ForgetQuietly(string volumeId)
    {
        try
        {
            Forget(volumeId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Drop(volumeId);
        }
    }

    public void Forget(string volumeId)
    {
        files.Delete(Volume.FileNameOf(volumeId));
        Drop(volumeId);
    }

    public void Dispose()
    {
        foreach (Volume volume in volumes.Values)
        {
            volume.Dispose();
        }
    }

    private void Drop(string volumeId)
    {
        if (volumes.TryRemove(volumeId, out Volume? volume))
        {
            targets.TryRemove(KeyValuePair.Create(volume.State.TargetPath, volumeId));
            volume.Dispose();
        }
    }
}
