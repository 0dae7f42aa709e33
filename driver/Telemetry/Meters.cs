using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CsiSecrets.Telemetry;

/// <summary>All metrics of a process; here those that every process has. The peers' names are kept; ours begin with <c>csi_secrets_</c>. No label ever
/// holds a value of a secret.</summary>
internal sealed class Meters
{
    private static readonly double[] RestBounds = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];

    private readonly Counter providerCalls = new("csi_secrets_provider_calls_total", "Attempts of calls to secret providers and to their identity services.", "provider", "operation", "outcome");
    private readonly Histogram providerSeconds = new("csi_secrets_provider_call_duration_seconds", "Latency of those attempts.", Histogram.CallSeconds, "provider", "operation");
    private readonly Counter throttles = new("csi_secrets_provider_throttles_total", "Answers of secret providers that asked to slow down.", "provider", "operation");
    private readonly Counter fetches = new("csi_secrets_fetches_total", "Objects asked for, by what answered: memory, a call of another volume, or a call of its own.", "answered_by");
    private readonly Counter kubeRequests = new("csi_secrets_kube_requests_total", "Requests to the API server.", "verb", "kind", "code");
    private readonly Counter restRequests = new("rest_client_requests_total", "The same by method and server, as Go's clients count them.", "code", "method", "host");
    private readonly Histogram restSeconds = new("rest_client_request_duration_seconds", "How long the answer's head took.", RestBounds, "verb", "host");
    private readonly Counter eventsDropped = new("csi_secrets_events_dropped_total", "Events that the rate limits held back.");
    private readonly ConcurrentQueue<MetricFamily> families = new();

    public Meters() => Add(providerCalls, providerSeconds, throttles, fetches, kubeRequests, restRequests, restSeconds, eventsDropped);

    /// <param name="provider">Provider name, e.g. <c>aws</c>.</param>
    /// <param name="operation">The provider's own name of the call, e.g. <c>GetSecretValue</c>.</param>
    /// <param name="outcome"><c>ok</c>, or the provider's error code; what does not look like one is counted as <c>other</c>.</param>
    /// <param name="seconds">Latency of this attempt.</param>
    public void ProviderCall(string provider, string operation, string outcome, double seconds)
    {
        providerCalls.Increment(provider, operation, IsCode(outcome) ? outcome : "other");
        providerSeconds.Record(seconds, provider, operation);
    }

    public void Throttled(string provider, string operation) => throttles.Increment(provider, operation);

    /// <param name="answeredBy"><c>memory</c>, <c>shared</c> or <c>call</c>.</param>
    public void Fetched(string answeredBy) => fetches.Increment(answeredBy);

    /// <param name="verb">E.g. <c>get</c>.</param>
    /// <param name="kind">E.g. <c>Pod</c>.</param>
    /// <param name="status">The answer's HTTP status; null when there was no answer.</param>
    public void KubeRequest(string verb, string kind, int? status) =>
        kubeRequests.Increment(verb, kind, status?.ToString(CultureInfo.InvariantCulture) ?? "none");

    /// <summary>The same request, for dashboards that are made for Go's clients.</summary>
    /// <param name="method">Of HTTP.</param>
    /// <param name="host">The server's, with its port.</param>
    /// <param name="status">The answer's HTTP status; null when there was no answer.</param>
    /// <param name="seconds">Until the head of the answer.</param>
    public void RestRequest(string method, string host, int? status, double seconds)
    {
        restRequests.Increment(status?.ToString(CultureInfo.InvariantCulture) ?? "<error>", method, host);
        restSeconds.Record(seconds, method, host);
    }

    public void EventDropped() => eventsDropped.Increment();

    /// <summary>Adds the metrics of another part of the program.</summary>
    public void Add(params ReadOnlySpan<MetricFamily> more)
    {
        foreach (MetricFamily family in more)
        {
            families.Enqueue(family);
        }
    }

    /// <summary>Adds a metric whose samples are read when somebody asks.</summary>
    public void Watch(string name, string help, string[] labels, Func<IEnumerable<(string[] Labels, double Value)>> read) =>
        families.Enqueue(new Gauge(name, help, labels, read));

    /// <summary>The Prometheus text format, version 0.0.4.</summary>
    public string Expose()
    {
        var text = new StringBuilder();
        foreach (MetricFamily family in families)
        {
            family.Write(text);
        }

        return text.ToString();
    }

    /// <summary>A label's values come from outside: nothing long or odd may become a time series.</summary>
    private static bool IsCode(string text) =>
        text.Length is > 0 and <= 64 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ' ');
}
