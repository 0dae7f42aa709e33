using System.Collections.Concurrent;

namespace CsiSecrets.Telemetry;

/// <summary>Metrics of the sync path. The peer's names are kept; ours begin with <c>csi_secrets_</c>.</summary>
internal sealed class SyncMeters
{
    private readonly Counter calls = new("externalsecret_sync_calls_total", "Syncs of an ExternalSecret; looks that found nothing to do are not counted.", "name", "namespace");
    private readonly Counter errors = new("externalsecret_sync_calls_error", "Failed syncs of an ExternalSecret.", "name", "namespace");
    private readonly Counter repairs = new("csi_secrets_secret_repairs_total", "Secrets that were edited or deleted, and mirrored again.");
    private readonly Histogram seconds = new("csi_secrets_externalsecret_sync_duration_seconds", "How long a sync took.", Histogram.CallSeconds, "outcome");

    private readonly Counter providerCalls = new("externalsecret_provider_api_calls_count", "Attempts of calls to secret providers.", "provider", "call", "status");
    private readonly ConcurrentDictionary<(string Namespace, string Name), double> last = new();

    public SyncMeters(Meters meters)
    {
        meters.Add(calls, errors, repairs, seconds, providerCalls);
        meters.Watch("externalsecret_reconcile_duration", "How long the last sync took, in nanoseconds.", ["name", "namespace"], () => last.Select(l =>
            ((string[])[l.Key.Name, l.Key.Namespace], l.Value)));
    }

    /// <param name="provider">As the peer names it, e.g. <c>AWS/SecretsManager</c>.</param>
    /// <param name="call">The provider's own name of the call.</param>
    /// <param name="failed">Absence is an answer, too.</param>
    public void ProviderCall(string provider, string call, bool failed) => providerCalls.Increment(provider, call, failed ? "error" : "success");

    public void Synced(string ns, string name, bool failed, TimeSpan took)
    {
        calls.Increment(name, ns);
        seconds.Record(took.TotalSeconds, failed ? "error" : "success");
        last[(ns, name)] = took.TotalNanoseconds;
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
        last.TryRemove((ns, name), out _);
    }
}
