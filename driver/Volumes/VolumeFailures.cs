using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>What an exception in the pipeline means for its volume. Pure.</summary>
internal static class VolumeFailures
{
    /// <summary>The failure in our own words; null when the caller went away, and for what nobody foresaw.</summary>
    public static SecretsException? Known(Exception e, string volumeId, CallDeadline deadline) => e switch
    {
        SecretsException known => known,
        IOException or UnauthorizedAccessException => new SecretsException(
            FailureReason.FileWriteFailed, $"state of volume {volumeId}", e.GetType().Name, "check the disk under --state-dir", e),
        OperationCanceledException when deadline.IsOver => new SecretsException(
            FailureReason.ProviderTimeout, $"volume {volumeId}", "not ready in time", "the kubelet tries again", e),
        _ => null,
    };

    /// <summary>How a call that ended so is counted.</summary>
    public static FailureReason ReasonOf(Exception e) => e switch
    {
        SecretsException known => known.Reason,
        OperationCanceledException => FailureReason.Cancelled,
        _ => FailureReason.Internal,
    };

    /// <summary>A call waited for its turn until its time was over.</summary>
    public static SecretsException StillBusy(string volumeId, Exception e) => new(
        FailureReason.KubernetesConflict, $"volume {volumeId}", "another call for it or its target path is still under way", "the kubelet calls again by itself", e);

    /// <summary>No volume touches what another one has.</summary>
    public static SecretsException AnothersTarget(string volumeId, string targetPath) => new(
        FailureReason.VolumeConflict, $"volume {volumeId}", $"another volume is published at {targetPath}", "unpublish that one there first");

    /// <summary>A defect of ours, without its message, which could hold anything.</summary>
    public static SecretsException Unexpected(Exception e, string volumeId) => new(
        FailureReason.Internal, $"volume {volumeId}", $"unexpected {e.GetType().Name}", "see the driver's log, this is a defect of the driver", e);
}
