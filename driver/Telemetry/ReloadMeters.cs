namespace CsiSecrets.Telemetry;

/// <summary>Metrics of rolling restarts, by Reloader's names.</summary>
internal sealed class ReloadMeters
{
    private readonly Counter executed = new("reloader_reload_executed_total", "Reloads, by whether they succeeded.", "success");
    private readonly Counter executedIn = new("reloader_reload_executed_total_by_namespace", "Reloads of each namespace.", "success", "namespace");
    private readonly Counter actions = new("reloader_action_total", "Reloads of each kind of workload.", "workload_kind", "result");
    private readonly Histogram seconds = new("reloader_action_latency_seconds", "How long a reload's write took.", Histogram.CallSeconds, "workload_kind");
    private readonly Counter received = new("reloader_events_received_total", "Sources that came, changed or went.", "resource_type");
    private readonly Counter scanned = new("reloader_workloads_scanned_total", "Looks at a workload.", "kind");
    private readonly Counter matched = new("reloader_workloads_matched_total", "Looks at a workload that found a change.", "kind");
    private readonly Counter errors = new("reloader_errors_total", "Failures, by what failed.", "type");
    private readonly Counter retries = new("reloader_retries_total", "Looks that must be repeated.");

    private readonly Counter reconciled = new("reloader_reconcile_total", "Looks at a workload, by how they ended.", "result");

    public ReloadMeters(Meters meters)
    {
        meters.Add(executed, executedIn, actions, seconds, received, scanned, matched, errors, retries, reconciled);
        meters.Watch("reloader_workqueue_depth", "Workloads in line or looked at now.", [], () => [([], Depth())]);
    }

    /// <summary>How many workloads are in line or looked at.</summary>
    public Func<int> Depth { get; set; } = static () => 0;

    public void Reloaded(string kind, string ns, bool success, double duration)
    {
        string word = success ? "true" : "false";
        executed.Increment(word);
        executedIn.Increment(word, ns);
        actions.Increment(kind, success ? "success" : "error");
        seconds.Record(duration, kind);
    }

    public void EventReceived(string resource) => received.Increment(resource);

    public void Scanned(string kind, bool changed)
    {
        scanned.Increment(kind);
        if (changed)
        {
            matched.Increment(kind);
        }
    }

    public void Reconciled(bool success) => reconciled.Increment(success ? "success" : "error");

    public void Error(string type) => errors.Increment(type);

    public void Retried() => retries.Increment();
}
