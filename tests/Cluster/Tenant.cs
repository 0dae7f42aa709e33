using System.Text.Json;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster;

/// <summary>A namespace of one test with a role of its own at AWS; gone with its pods after the test.</summary>
internal sealed class Tenant : IAsyncDisposable
{
    private readonly ClusterUnderTest cluster;
    private readonly Kubernetes client;
    private readonly CancellationToken ct;

    private Tenant(ClusterUnderTest cluster, string ns, CancellationToken ct) =>
        (this.cluster, client, Namespace, this.ct) = (cluster, cluster.Client, ns, ct);

    public string Namespace { get; }

    public AwsControl Aws { get; } = new();

    /// <summary>A namespace whose default ServiceAccount has the role of the same name, unless <paramref name="annotated"/> says no.</summary>
    public static async Task<Tenant> CreateAsync(ClusterUnderTest cluster, string ns, CancellationToken ct, bool annotated = true)
    {
        var tenant = new Tenant(cluster, ns, ct);
        await tenant.Aws.TrustAsync(await File.ReadAllTextAsync(Path.Combine(cluster.State, "pki/sa.pub"), ct), ct);
        await tenant.Aws.RoleAsync(ns, ns, ct);
        await cluster.Client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = ns } }, cancellationToken: ct);
        V1ServiceAccount account = await ClusterUnderTest.Eventually(
            ClusterUnderTest.Soon,
            async token => (await cluster.Client.CoreV1.ListNamespacedServiceAccountAsync(ns, cancellationToken: token)).Items.FirstOrDefault(
                a => a.Metadata.Name == "default" && (cluster.TokensAreMadeOnDemand || a.Secrets is { Count: > 0 })),
            _ => Task.FromResult("no default ServiceAccount"),
            ct);
        if (annotated)
        {
            account.Metadata.Annotations = new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = $"arn:aws:iam::111122223333:role/{ns}" };
            await cluster.Client.CoreV1.ReplaceNamespacedServiceAccountAsync(account, "default", ns, cancellationToken: ct);
        }

        return tenant;
    }

    /// <summary>A class of objects, refreshed at <paramref name="interval"/>.</summary>
    public Task ClassAsync(string name, string objects, string interval = "5s", string version = "v1", string? podIdentity = null)
    {
        var parameters = new Dictionary<string, object> { ["objects"] = objects, ["rotationPollInterval"] = interval };
        if (podIdentity is not null)
        {
            parameters["usePodIdentity"] = podIdentity;
        }

        return client.CustomObjects.CreateNamespacedCustomObjectAsync(
            new Dictionary<string, object>
            {
                ["apiVersion"] = $"{ClusterUnderTest.Group}/{version}",
                ["kind"] = "SecretProviderClass",
                ["metadata"] = new Dictionary<string, object> { ["name"] = name },
                ["spec"] = new Dictionary<string, object> { ["provider"] = "aws", ["parameters"] = parameters },
            },
            ClusterUnderTest.Group,
            version,
            Namespace,
            "secretproviderclasses",
            cancellationToken: ct);
    }

    /// <summary>
    /// Starts a pod that mounts the class of its name at /mnt and prints the content of <paramref name="watched"/>, each time that it has
    /// become another one: its log is the history of what it could read, errors included.
    /// </summary>
    public Task PodAsync(string name, string watched = "", string? keys = null, Action<V1PodSpec>? more = null)
    {
        string script = watched.Length == 0
            ? "sleep 3600"
            : $"while :; do now=$(cat /mnt/{watched} 2>&1); [ \"$now\" = \"$last\" ] || echo \"$now\"; last=$now; sleep 0.2; done";
        var spec = new V1PodSpec
        {
            TerminationGracePeriodSeconds = 0,
            Containers =
            [
                new V1Container
                {
                    Name = "main",
                    Image = "localhost/busybox:1",
                    ImagePullPolicy = "Never",
                    Command = ["sh", "-c", script],
                    VolumeMounts = [new V1VolumeMount { Name = "secrets", MountPath = "/mnt", ReadOnlyProperty = true }],
                },
            ],
            Volumes =
            [
                new V1Volume
                {
                    Name = "secrets",
                    Csi = new V1CSIVolumeSource
                    {
                        Driver = ClusterUnderTest.DriverName,
                        ReadOnlyProperty = true,
                        VolumeAttributes = new Dictionary<string, string> { ["secretProviderClass"] = name },
                    },
                },
            ],
        };
        spec.Volumes[0].Csi.NodePublishSecretRef = keys is null ? null : new V1LocalObjectReference { Name = keys };
        more?.Invoke(spec);
        return client.CoreV1.CreateNamespacedPodAsync(new V1Pod { Metadata = new V1ObjectMeta { Name = name }, Spec = spec }, Namespace, cancellationToken: ct);
    }

    /// <summary>A Secret with a new user's static keys; answers the secret one.</summary>
    public async Task<string> KeysAsync(string name)
    {
        (string id, string key) = await Aws.UserAsync($"{Namespace}-{name}", ct);
        await client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["secrets-store.csi.k8s.io/used"] = "true" } },
                StringData = new Dictionary<string, string> { ["access_key_id"] = id, ["secret_access_key"] = key },
            },
            Namespace,
            cancellationToken: ct);
        return key;
    }

    /// <summary>Waits for the pod to be Ready, within the bound of the peers' own tests.</summary>
    public Task<V1Pod> ReadyAsync(string pod, int seconds = 60) => ClusterUnderTest.Eventually(
        TimeSpan.FromSeconds(seconds),
        async token => await client.CoreV1.ReadNamespacedPodAsync(pod, Namespace, cancellationToken: token) is var found
            && found.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true ? found : null,
        EventsAsync,
        ct);

    /// <summary>A file as the running pod reads it.</summary>
    public Task<string> ReadAsync(string pod, string file) =>
        Shell.RunAsync("kubectl", ["exec", "-n", Namespace, pod, "--", "cat", $"/mnt/{file}"], ct);

    /// <summary>Waits until the history that the pod printed is this, no more and no less.</summary>
    public Task SeesAsync(string pod, params string[] history) => ClusterUnderTest.Until(
        async token => (await cluster.LogAsync(Namespace, pod, token)).TrimEnd('\n') == string.Join('\n', history),
        async token => $"the pod saw:\n{await cluster.LogAsync(Namespace, pod, token)}\n{await EventsAsync(token)}",
        ct);

    /// <summary>Waits until the pod's newest line is this.</summary>
    public Task SeesLastAsync(string pod, string text) => ClusterUnderTest.Until(
        async token => (await cluster.LogAsync(Namespace, pod, token)).TrimEnd('\n').Split('\n')[^1] == text,
        async token => $"the pod saw:\n{await cluster.LogAsync(Namespace, pod, token)}\n{await EventsAsync(token)}",
        ct);

    /// <summary>Waits for an event of that kind.</summary>
    public Task<string> EventAsync(string pattern) => ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token => (await EventsAsync(token)).Split('\n').FirstOrDefault(e => System.Text.RegularExpressions.Regex.IsMatch(e, pattern)),
        EventsAsync,
        ct);

    /// <summary>The pod status, once there is one.</summary>
    public Task<JsonElement[]> StatusAsync(string pod, Predicate<JsonElement> fits) => ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token => await FindStatusAsync(pod, token) is { } found && fits(found) ? (JsonElement[])[found] : null,
        async token => (await FindStatusAsync(pod, token))?.GetRawText() ?? "no pod status",
        ct);

    public Task DeleteStatusAsync(string pod) => client.CustomObjects.DeleteNamespacedCustomObjectAsync(
        ClusterUnderTest.Group, "v1", Namespace, "secretproviderclasspodstatuses", $"{pod}-{Namespace}-{pod}", cancellationToken: ct);

    /// <summary>The volume's target, as the node has it.</summary>
    public async Task<string> TargetAsync(string pod)
    {
        V1Pod found = await client.CoreV1.ReadNamespacedPodAsync(pod, Namespace, cancellationToken: ct);
        return Path.Combine(cluster.State, "kubelet/pods", found.Metadata.Uid, "volumes/kubernetes.io~csi/secrets/mount");
    }

    public async Task DeletePodAsync(string pod)
    {
        await client.CoreV1.DeleteNamespacedPodAsync(pod, Namespace, gracePeriodSeconds: 0, propagationPolicy: "Background", cancellationToken: ct);
        await ClusterUnderTest.Until(
            async token => (await client.CoreV1.ListNamespacedPodAsync(Namespace, cancellationToken: token)).Items.All(p => p.Metadata.Name != pod),
            EventsAsync,
            ct);
    }

    public Task<string> EventsAsync(CancellationToken token) => cluster.EventsAsync(Namespace, token);

    public async ValueTask DisposeAsync()
    {
        Aws.Dispose();
        await client.CoreV1.DeleteNamespaceAsync(Namespace, cancellationToken: CancellationToken.None);
    }

    private async Task<JsonElement?> FindStatusAsync(string pod, CancellationToken token)
    {
        try
        {
            object found = await client.CustomObjects.GetNamespacedCustomObjectAsync(
                ClusterUnderTest.Group, "v1", Namespace, "secretproviderclasspodstatuses", $"{pod}-{Namespace}-{pod}", token);
            return JsonSerializer.SerializeToElement(found).GetProperty("status");
        }
        catch (k8s.Autorest.HttpOperationException)
        {
            return null;
        }
    }
}
