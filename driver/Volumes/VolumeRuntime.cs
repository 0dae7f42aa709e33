namespace CsiSecrets.Volumes;

/// <summary>What every step of the pipeline shares.</summary>
internal sealed class VolumeRuntime
{
    public required VolumeOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required VolumeLocks Locks { get; init; }

    public required VolumeSchedule Schedule { get; init; }

    /// <summary>Told after each step; a test dies here.</summary>
    public Action<PublishStep> Passed { get; init; } = static _ => { };
}
