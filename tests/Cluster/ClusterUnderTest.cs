using k8s;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The cluster that run.sh brought up; KUBECONFIG names it.</summary>
public sealed class ClusterUnderTest : IDisposable
{
    public const string Group = "secrets-store.csi.x-k8s.io";
    public const string DriverName = "secrets-store.csi.k8s.io";

    public Kubernetes Client { get; } = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(
        Environment.GetEnvironmentVariable("KUBECONFIG") ?? throw new InvalidOperationException("KUBECONFIG is not set: start these tests with tests/Cluster/run.sh")));

    public string Node { get; } = Environment.GetEnvironmentVariable("CLUSTER_NODE") ?? "node1";

    /// <summary>From 1.24 on a ServiceAccount has no Secret of its own; before, no pod can start until it has one.</summary>
    public bool TokensAreMadeOnDemand => int.Parse(Client.Version.GetCode().Minor.TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture) >= 24;

    /// <summary>Asks until the answer is not null, or fails with what <paramref name="lookAt"/> says about the last state.</summary>
    public static async Task<T> Eventually<T>(TimeSpan limit, Func<CancellationToken, Task<T?>> ask, Func<CancellationToken, Task<string>> lookAt, CancellationToken ct)
        where T : class
    {
        long start = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (TimeProvider.System.GetElapsedTime(start) < limit)
        {
            if (await ask(ct) is { } answer)
            {
                return answer;
            }

            await ticks.WaitForNextTickAsync(ct);
        }

        Assert.Fail($"not within {limit.TotalSeconds} s: {await lookAt(ct)}");
        throw new InvalidOperationException();
    }

    public void Dispose() => Client.Dispose();
}
