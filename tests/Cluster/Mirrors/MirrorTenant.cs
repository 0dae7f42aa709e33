using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Mirrors;

/// <summary>A tenant whose namespace opted in to Secrets made from its classes.</summary>
internal sealed class MirrorTenant : IAsyncDisposable
{
    public const string OptIn = "secrets-store.csi.k8s.io/secret-objects=enabled";

    private readonly ClusterUnderTest cluster;
    private readonly CancellationToken ct;

    private MirrorTenant(ClusterUnderTest cluster, Tenant tenant, CancellationToken ct) => (this.cluster, Tenant, this.ct) = (cluster, tenant, ct);

    public Tenant Tenant { get; }

    public string Namespace => Tenant.Namespace;

    /// <param name="cluster">The cluster.</param>
    /// <param name="ns">The namespace, and the role of its default ServiceAccount.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="enabled">False: it does not opt in.</param>
    public static async Task<MirrorTenant> CreateAsync(ClusterUnderTest cluster, string ns, CancellationToken ct, bool enabled = true)
    {
        var made = new MirrorTenant(cluster, await Tenant.CreateAsync(cluster, ns, ct), ct);
        if (enabled)
        {
            await made.LabelAsync();
            await made.GrantAsync();
        }

        return made;
    }

    /// <summary>The two commands of docs/secret-objects.md: the label, and the Role.</summary>
    public Task LabelAsync() => Shell.KubectlAsync($"label namespace {Namespace} {OptIn}", ct);

    public Task GrantAsync() => Shell.KubectlAsync(
        $"apply -n {Namespace} -k {Path.Combine(ClusterUnderTest.Repository(), "controller/components/secret-objects/namespace")}", ct);

    /// <summary>A class of AWS objects that is mirrored.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="objects">The parameter <c>objects</c>.</param>
    /// <param name="secretObjects">The entries, as YAML.</param>
    public Task ClassAsync(string name, string objects, string secretObjects) => Shell.KubectlAsync(
        "apply -f -",
        ct,
        $$"""
        apiVersion: secrets-store.csi.x-k8s.io/v1
        kind: SecretProviderClass
        metadata: {name: {{name}}, namespace: {{Namespace}}}
        spec:
          provider: aws
          parameters:
            pathTranslation: "False"
            rotationPollInterval: 5s
            objects: |
        {{Indented(objects, 6)}}
          secretObjects:
        {{Indented(secretObjects, 2)}}
        """);

    /// <summary>One pod that mounts classes below /mnt, each at its name, and has variables of the form <c>NAME=secret/key</c>.</summary>
    public Task DeploymentAsync(string name, string[] classes, params string[] variables) => Shell.KubectlAsync(
        "apply -f -",
        ct,
        $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}}, namespace: {{Namespace}}}
        spec:
          selector:
            matchLabels:
              app: {{name}}
          template:
            metadata:
              labels:
                app: {{name}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: localhost/busybox:1
                imagePullPolicy: Never
                command: [sleep, "3600"]
                env:
        {{Lines(variables, Variable)}}
                volumeMounts:
        {{Lines(classes, Mount)}}
              volumes:
        {{Lines(classes, Volume)}}
        """);

    /// <summary>Waits for the Deployment's pod; answers its name.</summary>
    public async Task<string> ReadyAsync(string deployment)
    {
        V1Pod pod = await ClusterUnderTest.Eventually(
            ClusterUnderTest.Soon,
            async token => (await cluster.Client.CoreV1.ListNamespacedPodAsync(Namespace, labelSelector: $"app={deployment}", cancellationToken: token)).Items
                .SingleOrDefault(p => p.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true),
            LookAsync,
            ct);
        return pod.Metadata.Name;
    }

    public async Task<string> ReadAsync(string pod, params string[] command) =>
        (await Shell.RunAsync("kubectl", ["exec", "-n", Namespace, pod, "--", .. command], ct)).TrimEnd('\n');

    /// <summary>A variable as the container was started with it.</summary>
    public async Task<string?> VariableAsync(string pod, string name) =>
        (await ReadAsync(pod, "env")).Split('\n').FirstOrDefault(l => l.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>Waits until the Secret is there and is so.</summary>
    public Task<V1Secret> SecretAsync(string name, Predicate<V1Secret>? fits = null) => ClusterUnderTest.Eventually(
        ClusterUnderTest.Soon,
        async token => await FindAsync(name, token) is { } found && fits?.Invoke(found) != false ? found : null,
        LookAsync,
        ct);

    public Task GoneAsync(string secret) => ClusterUnderTest.Until(async token => await FindAsync(secret, token) is null, LookAsync, ct);

    /// <summary>Waits until the Secret's owners are these, as <c>Kind name</c>; a ReplicaSet by its Deployment.</summary>
    public Task<V1Secret> OwnedAsync(string secret, params string[] owners) =>
        SecretAsync(secret, s => owners.Order(StringComparer.Ordinal).SequenceEqual(OwnersOf(s).Order(StringComparer.Ordinal)));

    public async Task<V1Secret?> FindAsync(string name, CancellationToken token) =>
        (await cluster.Client.CoreV1.ListNamespacedSecretAsync(Namespace, fieldSelector: $"metadata.name={name}", cancellationToken: token)).Items.SingleOrDefault();

    public static string Text(V1Secret secret, string key) => Encoding.UTF8.GetString(secret.Data[key]);

    public ValueTask DisposeAsync() => Tenant.DisposeAsync();

    private async Task<string> LookAsync(CancellationToken token)
    {
        V1SecretList secrets = await cluster.Client.CoreV1.ListNamespacedSecretAsync(Namespace, cancellationToken: token);
        string metadata = string.Join('\n', secrets.Items.Select(s => JsonSerializer.Serialize(s.Metadata)));
        string classes = await Shell.KubectlAsync($"get secretproviderclasses,secretproviderclasspodstatuses,pods -n {Namespace} -o yaml", token);
        return $"{await Tenant.EventsAsync(token)}\n{metadata}\n{classes}";
    }

    private static IEnumerable<string> OwnersOf(V1Secret secret) => (secret.Metadata.OwnerReferences ?? []).Select(
        o => o.Kind == "ReplicaSet" ? $"ReplicaSet {o.Name[..o.Name.LastIndexOf('-')]}" : $"{o.Kind} {o.Name}");

    private static string Variable(string text) => text.Split('=', '/') is [var name, var secret, var key]
        ? $"        - {{name: {name}, valueFrom: {{secretKeyRef: {{name: {secret}, key: {key}}}}}}}"
        : throw new ArgumentException(text);

    private static string Mount(string ofClass) => $"        - {{name: {ofClass}, mountPath: /mnt/{ofClass}, readOnly: true}}";

    private static string Volume(string ofClass) =>
        $"      - {{name: {ofClass}, csi: {{driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {{secretProviderClass: {ofClass}}}}}}}";

    private static string Indented(string text, int spaces) => Lines(text.Split('\n'), l => new string(' ', spaces) + l);

    private static string Lines(IEnumerable<string> items, Func<string, string> line) => string.Join('\n', items.Select(line));
}
