using k8s;

namespace CsiSecrets.Tests.Cluster.Examples;

/// <summary>A folder of examples/ as a reader applies it; the image is the node's, and the hour between two refreshes some seconds.</summary>
internal sealed class ExampleFolder(ClusterUnderTest cluster, string name, string ns) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public AwsControl Aws { get; } = new();

    /// <summary>The folder's roles, each for the ServiceAccounts of a namespace; the name of a role is in the folder's manifests.</summary>
    public async Task TrustAsync(params (string Role, string Namespace)[] roles)
    {
        await Aws.TrustAsync(await File.ReadAllTextAsync(Path.Combine(cluster.State, "pki/sa.pub"), Token), Token);
        foreach ((string role, string trusted) in roles)
        {
            await Aws.RoleAsync(role, trusted, Token);
        }
    }

    public async Task ApplyAsync()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(ClusterUnderTest.Repository(), "examples", name), "*.yaml").Order(StringComparer.Ordinal))
        {
            string text = (await File.ReadAllTextAsync(file, Token))
                .Replace("image: busybox:1.36", "image: localhost/busybox:1", StringComparison.Ordinal)
                .Replace("refreshInterval: 1h", "refreshInterval: 5s", StringComparison.Ordinal)
                .Replace("  parameters:\n", "  parameters:\n    rotationPollInterval: 5s\n", StringComparison.Ordinal);
            await Shell.KubectlAsync("apply -f -", Token, text);
        }
    }

    /// <summary>Waits until the one pod of the Deployment reads this from the file.</summary>
    public Task ReadsAsync(string deployment, string file, string text) => ClusterUnderTest.Until(
        async token => await FindPodAsync(deployment, token) is { } pod && await ReadAsync(pod, file, token) == text,
        async token => $"{(await FindPodAsync(deployment, token) is { } pod ? await ReadAsync(pod, file, token) : "no pod")}\n{await cluster.EventsAsync(ns, token)}\n"
            + await Shell.KubectlAsync($"get externalsecrets,clustersecretstores,secretproviderclasspodstatuses -n {ns} -o yaml", token),
        Token);

    /// <summary>The pod's name; a restarted one has another.</summary>
    public async Task<string> PodAsync(string deployment) => await FindPodAsync(deployment, Token) ?? throw new InvalidOperationException($"no pod of {deployment}");

    public Task<string> ExecAsync(string pod, params string[] command) => Shell.RunAsync("kubectl", ["exec", "-n", ns, pod, "--", .. command], Token);

    public async ValueTask DisposeAsync()
    {
        Aws.Dispose();
        await cluster.Client.CoreV1.DeleteNamespaceAsync(ns, cancellationToken: CancellationToken.None);
    }

    private async Task<string?> FindPodAsync(string deployment, CancellationToken token) =>
        (await cluster.Client.CoreV1.ListNamespacedPodAsync(ns, labelSelector: $"app={deployment}", cancellationToken: token)).Items
            .SingleOrDefault(p => p.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true)?.Metadata.Name;

    private async Task<string> ReadAsync(string pod, string file, CancellationToken token)
    {
        (int code, string output, string errors) = await Shell.TryAsync("kubectl", ["exec", "-n", ns, pod, "--", "cat", file], token);
        return code == 0 ? output : errors;
    }
}
