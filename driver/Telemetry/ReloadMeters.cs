namespace CsiSecrets.Telemetry;

/// <summary>Metrics of rolling restarts, by Reloader's names and in its buckets.</summary>
internal sealed class ReloadMeters
{
    private static readonly double[] ActionSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] QueueSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
    private static readonly double[] LookSeconds = [.. QueueSeconds, 10];

    private readonly Counter executed = new("reloader_reload_executed_total", "Reloads, by whether they succeeded.", "success");
    private readonly Counter executedIn = new("reloader_reload_executed_total_by_namespace", "Reloads of each namespace.", "success", "namespace");
    private readonly Counter actions = new("reloader_action_total", "Reloads of each kind of workload.", "workload_kind", "result");
    private readonly Histogram seconds = new("reloader_action_latency_seconds", "How long a reload's write took.", ActionSeconds, "workload_kind");
    private readonly Counter received = new("reloader_events_received_total", "Sources that came, changed or went.", "event_type", "resource_type");
    private readonly Counter processed = new("reloader_events_processed_total", "Of these, those whose workloads were all looked at.", "event_type", "resource_type", "result");
    private readonly Counter skipped = new("reloader_skipped_total", "Events of sources that are no reason to look at a workload.", "reason");
    private readonly Counter scanned = new("reloader_workloads_scanned_total", "Looks at a workload.", "kind");
    private readonly Counter matched = new("reloader_workloads_matched_total", "Looks at a workload that found a change.", "kind");
    private readonly Counter errors = new("reloader_errors_total", "Failures, by what failed.", "type");
    private readonly Counter retries = new("reloader_retries_total", "Looks that must be repeated.");
    private readonly Counter reconciled = new("reloader_reconcile_total", "Looks at a workload, by how they ended.", "result");
    private readonly Histogram lookSeconds = new("reloader_reconcile_duration_seconds", "How long a look took, its write included.", LookSeconds, "result");
    private readonly Counter added = new("reloader_workqueue_adds_total", "Workloads put in line.");
    private readonly Histogram waited = new("reloader_workqueue_latency_seconds", "How long a workload stood in line, once it was due.", QueueSeconds);

    public ReloadMeters(Meters meters)
    {
        meters.Add(executed, executedIn, actions, seconds, received, processed, skipped, scanned, matched, errors, retries, reconciled, lookSeconds, added, waited);
        meters.Watch("reloader_workqueue_depth", "Workloads in line or looked at now.", [], () => [([], Depth())]);

        // An alert on the first failure needs the nought before it.
        executed.Add(0, "true");
        executed.Add(0, "false");
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

    /// <param name="happened"><c>add</c>, <c>update</c> or <c>delete</c>.</param>
    /// <param name="resource">The kind's plural, e.g. <c>secrets</c>.</param>
    public void EventReceived(string happened, string resource) => received.Increment(happened, resource);

    /// <summary>Some such events came to their end. None is ever dropped, so that the result is always the same.</summary>
    public void EventsProcessed(string happened, string resource, int count) => processed.Add(count, happened, resource, "success");

    /// <param name="reason"><c>no_data_change</c>, <c>ignored_or_not_selected</c> or <c>no_match</c>.</param>
    public void Skipped(string reason) => skipped.Increment(reason);

    public void Scanned(string kind, bool changed)
    {
        scanned.Increment(kind);
        if (changed)
        {
            matched.Increment(kind);
        }
    }

    public void Reconciled(bool success, double duration)
    {
        string result = success ? "success" : "error";
        reconciled.Increment(result);
        lookSeconds.Record(duration, result);
    }

    public void Queued() => added.Increment();

    public void Waited(TimeSpan inLine) => waited.Record(inLine.TotalSeconds);

    public void Error(string type) => errors.Increment(type);

    public void Retried() => retries.Increment();
}
