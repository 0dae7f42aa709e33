using System.Diagnostics;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>The floor: a client that knows everything beforehand and only writes, a Secret by server-side apply and a status for each
/// ExternalSecret, in a namespace that no controller looks at.</summary>
internal static class BareClient
{
    private const string Namespace = "floor";
    private const int Sample = 2000;

    /// <summary>Seconds for <paramref name="count"/>, and the server's CPU time, which hardly depends on what else the machine does; a sample of 2,000 is
    /// written and the rest reckoned from it.</summary>
    public static async Task<(Floor Time, Floor ServerCpu)> MeasureAsync(ControlPlane plane, int count, CancellationToken cancellationToken)
    {
        int sample = Math.Min(Sample, count);
        await plane.CreateAsync("/api/v1/namespaces", new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = Namespace } }, cancellationToken);
        await Estate.EachAsync(Enumerable.Range(0, sample), (i, token) => plane.PatchAsync(PathOf(i), "application/apply-patch+yaml", Manifest(i), token, "?fieldManager=bench"), cancellationToken);
        TimeSpan cpu = plane.Cpu;
        long began = Stopwatch.GetTimestamp();
        await Estate.EachAsync(
            Enumerable.Range(0, sample),
            async (i, token) =>
            {
                await plane.PatchAsync($"/api/v1/namespaces/{Namespace}/secrets/{NameOf(i)}", "application/apply-patch+yaml", SecretOf(i), token, "?fieldManager=bench&force=true");
                await plane.PatchAsync(PathOf(i) + "/status", "application/merge-patch+json", Status, token);
            },
            cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double used = (plane.Cpu - cpu).TotalSeconds;
        await plane.DeleteAllAsync($"{Estate.Group}/namespaces/{Namespace}/externalsecrets", cancellationToken);
        await plane.DeleteAllAsync($"/api/v1/namespaces/{Namespace}/secrets", cancellationToken);
        return (new Floor("bare client", seconds * count / sample), new Floor("bare client", used * count / sample));
    }

    private const string Status = """
        {"status":{"refreshTime":"2026-01-01T00:00:00Z","syncedResourceVersion":"1-0123456789abcdef0123456789abcdef0123456789abcdef01234567","binding":{"name":"x"},
        "conditions":[{"type":"Ready","status":"True","reason":"SecretSynced","message":"secret synced","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
        """;

    private static string NameOf(int index) => $"floor-{index:d5}";

    private static string PathOf(int index) => $"{Estate.Group}/namespaces/{Namespace}/externalsecrets/{NameOf(index)}";

    private static string Manifest(int index) => $$$"""
        {"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","metadata":{"name":"{{{NameOf(index)}}}"},"spec":{"refreshInterval":"1h",
        "secretStoreRef":{"name":"none","kind":"SecretStore"},"target":{"name":"{{{NameOf(index)}}}"},"data":[
        {"secretKey":"username","remoteRef":{"key":"x","property":"username"}},{"secretKey":"password","remoteRef":{"key":"x","property":"password"}}]}}
        """;

    private static string SecretOf(int index) => $$$"""
        {"apiVersion":"v1","kind":"Secret","type":"Opaque","metadata":{"name":"{{{NameOf(index)}}}","labels":{"reconcile.external-secrets.io/managed":"true",
        "reconcile.external-secrets.io/created-by":"0123456789abcdef0123456789abcdef0123456789abcdef01234567"},
        "annotations":{"reconcile.external-secrets.io/data-hash":"0123456789abcdef0123456789abcdef0123456789abcdef01234567"}},
        "data":{"username":"dXNlci0xMjM0","password":"cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwLTEyMzQ="}}
        """;
}
