namespace CsiSecrets.Telemetry;

/// <summary>Metrics of the sync path. The peer's names are kept; ours begin with <c>csi_secrets_</c>.</summary>
internal sealed class SyncMeters
{
    private readonly Counter calls = new("externalsecret_sync_calls_total", "Syncs of an ExternalSecret; looks that found nothing to do are not counted.", "name", "namespace");
    private readonly Counter errors = new("externalsecret_sync_calls_error", "Failed syncs of an ExternalSecret.", "name", "namespace");
    private readonly Counter repairs = new("csi_secrets_secret_repairs_total", "Secrets that were edited or deleted, and mirrored again.");
    private readonly Histogram seconds = new("csi_secrets_externalsecret_sync_duration_seconds", "How long a sync took.", Histogram.CallSeconds, "outcome");

    public SyncMeters(Meters meters) => meters.Add(calls, errors, repairs, seconds);

    public void Synced(string ns, string name, bool failed, double duration)
    {
        calls.Increment(name, ns);
        seconds.Record(duration, failed ? "error" : "success");
        if (failed)
        {
            errors.Increment(name, ns);
        }
    }

    public void Repaired() => repairs.Increment();

    /// <summary>The object is gone: so are its series.</summary>
    public void Forget(string ns, string name)
    {
        calls.Forget(name, ns);
        errors.Forget(name, ns);
    }
}
