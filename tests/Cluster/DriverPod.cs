using System.Diagnostics;
using System.Globalization;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The driver on the node: its pod, its one process, what it answers over HTTP.</summary>
internal sealed class DriverPod(ClusterUnderTest cluster) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The one driver pod, Ready, registered with the kubelet.</summary>
    public Task<V1Pod> ReadyAsync(CancellationToken ct) => ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token => (await ListAsync(token)).Items is [{ Metadata.DeletionTimestamp: null } pod]
            && pod.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true
            && await IsRegisteredAsync(token) ? pod : null,
        async token => string.Join('\n', (await ListAsync(token)).Items.Select(p => System.Text.Json.JsonSerializer.Serialize(p.Status))),
        ct);

    public Task<V1PodList> ListAsync(CancellationToken ct) =>
        cluster.Client.CoreV1.ListNamespacedPodAsync("kube-system", labelSelector: "app=csi-secrets-store", cancellationToken: ct);

    public async Task<bool> IsRegisteredAsync(CancellationToken ct) =>
        (await cluster.Client.StorageV1.ReadCSINodeAsync(cluster.Node, cancellationToken: ct)).Spec.Drivers?.Any(d => d.Name == ClusterUnderTest.DriverName) == true;

    /// <summary>The container's one process, found by its cgroup.</summary>
    public static int ProcessOf(V1Pod pod) => Assert.Single(ProcessesIn(Assert.Single(pod.Status.ContainerStatuses).ContainerID.Split("//")[1]));

    /// <summary>The driver's process in the pod, whatever the container: known without the API server. Null while there is none.</summary>
    public static int? FindProcess(V1Pod pod)
    {
        int[] found = [.. ProcessesIn(pod.Metadata.Uid).Where(p => File.ReadAllText($"/proc/{p}/cmdline").StartsWith("/csi-secrets\0node\0", StringComparison.Ordinal))];
        return found.Length == 1 ? found[0] : null;
    }

    public static int Restarts(V1Pod pod) => Assert.Single(pod.Status.ContainerStatuses).RestartCount;

    /// <summary>kill -9, and the container that the kubelet starts in its place.</summary>
    public async Task<V1Pod> KillAsync(CancellationToken ct)
    {
        V1Pod before = await ReadyAsync(ct);
        using (Process process = Process.GetProcessById(ProcessOf(before)))
        {
            process.Kill();
        }

        return await ClusterUnderTest.Eventually(
            ClusterUnderTest.Soon,
            async token => await ReadyAsync(token) is var pod && Restarts(pod) > Restarts(before) ? pod : null,
            _ => Task.FromResult("the container was not started again"),
            ct);
    }

    public async Task<int> HealthAsync(V1Pod pod, string path, CancellationToken ct)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://{pod.Status.PodIP}:9808/{path}"), ct);
        return (int)answer.StatusCode;
    }

    /// <summary>The same where nothing may listen yet: null then.</summary>
    public async Task<int?> TryHealthAsync(V1Pod pod, string path, CancellationToken ct)
    {
        try
        {
            return await HealthAsync(pod, path, ct);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public Task<string> MetricsAsync(V1Pod pod, CancellationToken ct) => http.GetStringAsync(new Uri($"http://{pod.Status.PodIP}:8095/metrics"), ct);

    /// <summary>The sum of a metric's samples; null when it has none.</summary>
    public async Task<double?> SumAsync(V1Pod pod, string metric, CancellationToken ct)
    {
        double[] samples =
        [
            .. (await MetricsAsync(pod, ct)).Split('\n').Where(l => l.StartsWith(metric + "{", StringComparison.Ordinal) || l.StartsWith(metric + " ", StringComparison.Ordinal))
                .Select(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)),
        ];
        return samples.Length == 0 ? null : samples.Sum();
    }

    /// <summary>Waits until the kubelet has published every volume again, to a process that has just been started.</summary>
    public Task RepublishedAsync(V1Pod pod, int volumes, CancellationToken ct) => ClusterUnderTest.Until(
        async token => await SumAsync(pod, "node_publish_total", token) >= 2 * volumes,
        token => MetricsAsync(pod, token),
        ct);

    public Task<string> LogAsync(V1Pod pod, CancellationToken ct) => cluster.LogAsync("kube-system", pod.Metadata.Name, ct);

    public void Dispose() => http.Dispose();

    private static IEnumerable<int> ProcessesIn(string cgroup) => Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)!)
        .Where(d => d.All(char.IsAsciiDigit) && IsOf(d, cgroup)).Select(int.Parse);

    private static bool IsOf(string process, string cgroup)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cgroup").Contains(cgroup, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // ended meanwhile
        }
    }
}
