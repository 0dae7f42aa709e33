using k8s;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The cluster that run.sh brought up; KUBECONFIG names it.</summary>
public sealed class ClusterUnderTest : IDisposable
{
    public const string Group = "secrets-store.csi.x-k8s.io";
    public const string DriverName = "secrets-store.csi.k8s.io";

    /// <summary>Long enough for a busy machine, and what the peers' own tests allow.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);

    public Kubernetes Client { get; } = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(Variable("KUBECONFIG")));

    public string Node { get; } = Variable("CLUSTER_NODE");

    /// <summary>The folder of cluster-up.sh.</summary>
    public string State { get; } = Variable("CLUSTER_STATE");

    /// <summary>The folder with base.yaml and its opt-in variants as this node needs them.</summary>
    public string Manifests { get; } = Variable("CLUSTER_MANIFESTS");

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

    /// <summary>The same for what is merely to become true.</summary>
    public static Task Until(Func<CancellationToken, Task<bool>> ask, Func<CancellationToken, Task<string>> lookAt, CancellationToken ct) =>
        Eventually(Soon, async token => await ask(token) ? "yes" : null, lookAt, ct);

    /// <summary>Ends one of the node's processes at once, or starts it again.</summary>
    public Task ComponentAsync(string verb, string name, CancellationToken ct) =>
        Shell.RunAsync(Path.Combine(Repository(), "tests/Cluster/component.sh"), [State, verb, name], ct);

    /// <summary>Waits until the API server answers.</summary>
    public Task AnswersAsync(CancellationToken ct) => Until(
        async token => (await Shell.TryAsync("kubectl", ["get", "--raw", "/readyz"], token)).Code == 0, _ => Task.FromResult("no API server"), ct);

    /// <summary>The pod's log; empty while there is none.</summary>
    public async Task<string> LogAsync(string ns, string pod, CancellationToken ct)
    {
        try
        {
            await using Stream log = await Client.CoreV1.ReadNamespacedPodLogAsync(pod, ns, cancellationToken: ct);
            using var reader = new StreamReader(log);
            return await reader.ReadToEndAsync(ct);
        }
        catch (k8s.Autorest.HttpOperationException)
        {
            return ""; // not started yet
        }
    }

    public async Task<string> EventsAsync(string ns, CancellationToken ct) => string.Join(
        '\n', (await Client.CoreV1.ListNamespacedEventAsync(ns, cancellationToken: ct)).Items.Select(e => $"{e.Type} {e.Reason}: {e.Message}"));

    public void Dispose() => Client.Dispose();

    public static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: start these tests with tests/Cluster/run.sh");

    public static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CsiSecrets.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("CsiSecrets.sln is in no folder above the tests");
        }

        return folder;
    }
}
