using CsiSecrets.Kube;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary>Counts the requests to an API server.</summary>
internal static class KubeMeters
{
    public static Action<KubeAttempt> Of(Meters meters, string host) => attempt =>
    {
        (string verb, string kind) = attempt.Request.Words;
        meters.KubeRequest(verb, kind, attempt.Status);
        meters.RestRequest(attempt.Request.Method.Method, host, attempt.Status, attempt.Took.TotalSeconds);
    };
}
