using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Telemetry;

/// <summary>Metrics of a node's calls and refreshes, by the peer driver's names.</summary>
internal sealed class NodeMeters
{
    private const string Os = "linux";

    private readonly Counter publishes = new("node_publish_total", "Calls of NodePublishVolume that succeeded.", "provider", "os_type");
    private readonly Counter publishErrors = new("node_publish_error_total", "Failed calls of NodePublishVolume.", "provider", "error_type", "os_type");
    private readonly Counter unpublishes = new("node_unpublish_total", "Calls of NodeUnpublishVolume that succeeded.", "os_type");
    private readonly Counter unpublishErrors = new("node_unpublish_error_total", "Failed calls of NodeUnpublishVolume.", "os_type");
    private readonly Counter rotations = new("rotation_reconcile_total", "Refreshes of mounted volumes that succeeded.", "provider", "os_type", "rotated");
    private readonly Counter rotationErrors = new("rotation_reconcile_error_total", "Failed refreshes of mounted volumes.", "provider", "error_type", "os_type", "rotated");
    private readonly Histogram rotationSeconds = new("rotation_reconcile_duration_sec", "How long a refresh that succeeded took.", Histogram.PeerSeconds, "os_type");

    public NodeMeters(Meters meters) => meters.Add(publishes, publishErrors, unpublishes, unpublishErrors, rotations, rotationErrors, rotationSeconds);

    // As with the peer, on whose names alerts divide errors by the sum of both: a call is counted as an error or as a success, never as both.
    public void PublishEnded(string provider, FailureReason? failure)
    {
        if (failure is { } reason)
        {
            publishErrors.Increment(provider, CsiDriverWords.ErrorType(reason), Os);
        }
        else
        {
            publishes.Increment(provider, Os);
        }
    }

    public void UnpublishEnded(FailureReason? failure) => (failure is null ? unpublishes : unpublishErrors).Increment(Os);

    public void RefreshEnded(string provider, bool changed, double seconds, FailureReason? failure)
    {
        string rotated = changed ? "true" : "false";
        if (failure is { } reason)
        {
            rotationErrors.Increment(provider, CsiDriverWords.ErrorType(reason), Os, rotated);
            return;
        }

        rotations.Increment(provider, Os, rotated);
        rotationSeconds.Record(seconds, Os);
    }
}
