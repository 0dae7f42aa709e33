using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>Where the pipeline tells what happened. Each call returns at once: writers queue, coalesce and limit on their own.</summary>
internal sealed record VolumeReports
{
    /// <summary>A volume is new, or its versions changed: its pod status wants writing.</summary>
    public required Action<VolumeState> StatusChanged { get; init; }

    /// <summary>A volume is mounted: returns once its pod may start. The one that may take its time, up to a setting; it never throws.</summary>
    public Func<VolumeState, CancellationToken, Task> Mirrored { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>Files of a live volume changed.</summary>
    public required Action<VolumeState> RotationCompleted { get; init; }

    /// <summary>A refresh failed; the state is null when the volume is not known yet.</summary>
    public required Action<VolumeState?, SecretsException> RefreshFailed { get; init; }

    /// <summary>A refresh succeeded, without change, after a failed one.</summary>
    public required Action<VolumeState> Recovered { get; init; }

    /// <summary>A volume is gone.</summary>
    public required Action<VolumeState> Unpublished { get; init; }

    /// <summary>A publish ended, for the counters: provider ("" while unknown), and the failure if it failed.</summary>
    public required Action<string, FailureReason?> PublishEnded { get; init; }

    /// <summary>An unpublish ended, for the counters.</summary>
    public required Action<FailureReason?> UnpublishEnded { get; init; }

    /// <summary>A refresh ended, for the counters: provider, whether content changed, seconds, and the failure if it failed.</summary>
    public required Action<string, bool, double, FailureReason?> RefreshEnded { get; init; }
}
