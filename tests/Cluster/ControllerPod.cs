using System.Globalization;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The controller's Deployment: which variant it is, and that it works.</summary>
internal sealed class ControllerPod(ClusterUnderTest cluster)
{
    private const string Namespace = "external-secrets";
    private const string Deployment = "deployment/external-secrets";

    /// <summary>Installs a variant from the folder of manifests, and waits until no pod of another is left.</summary>
    public async Task ApplyAsync(string manifest, CancellationToken ct)
    {
        await Shell.KubectlAsync($"apply -f {cluster.Manifests}/{manifest}", ct);
        await RolledOutAsync(ct);
    }

    public async Task ScaleAsync(int replicas, CancellationToken ct)
    {
        await Shell.KubectlAsync($"scale -n {Namespace} {Deployment} --replicas={replicas}", ct);
        await ClusterUnderTest.Until(async token => (await ListAsync(token)).Count == replicas, LookAsync, ct);
    }

    /// <summary>The pod is deleted, and the one in its place is Ready.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        string name = (await OneAsync(ct)).Metadata.Name;
        await Shell.KubectlAsync($"delete pod -n {Namespace} {name}", ct);
        await RolledOutAsync(ct);
    }

    /// <summary>The one pod, Ready.</summary>
    public Task<V1Pod> OneAsync(CancellationToken ct) => ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token => await ListAsync(token) is [{ Metadata.DeletionTimestamp: null } pod]
            && pod.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true ? pod : null,
        LookAsync,
        ct);

    /// <summary>Waits until the reloader of this pod has looked at a workload of that kind.</summary>
    public async Task ScannedAsync(string kind, CancellationToken ct)
    {
        V1Pod pod = await OneAsync(ct);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        await ClusterUnderTest.Until(
            async token => (await MetricsAsync(http, pod, token)).Split('\n').Any(l => IsScan(l, kind)), token => MetricsAsync(http, pod, token), ct);
    }

    private static bool IsScan(string line, string kind) =>
        line.StartsWith("reloader_workloads_scanned_total{", StringComparison.Ordinal) && line.Contains($"\"{kind}\"", StringComparison.Ordinal)
        && double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) > 0;

    private static Task<string> MetricsAsync(HttpClient http, V1Pod pod, CancellationToken ct) =>
        http.GetStringAsync(new Uri($"http://{pod.Status.PodIP}:8080/metrics"), ct);

    private async Task RolledOutAsync(CancellationToken ct)
    {
        await Shell.KubectlAsync($"rollout status -n {Namespace} {Deployment} --timeout=180s", ct);
        await OneAsync(ct);
    }

    private async Task<IList<V1Pod>> ListAsync(CancellationToken ct) => (await cluster.Client.CoreV1.ListNamespacedPodAsync(
        Namespace, labelSelector: "app.kubernetes.io/name=external-secrets", cancellationToken: ct)).Items;

    private async Task<string> LookAsync(CancellationToken ct) =>
        string.Join('\n', (await ListAsync(ct)).Select(p => $"{p.Metadata.Name} {System.Text.Json.JsonSerializer.Serialize(p.Status)}"));
}
