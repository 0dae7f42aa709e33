using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster;

/// <summary>The main job on a real node: pods read AWS secrets as files, and the files follow them.</summary>
public sealed class MainJobTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    private readonly Kubernetes client = cluster.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pod_SecretsOfSecretsManagerAndParameterStore_ReadsThemAsFilesAndSeesTheRotation()
    {
        using var aws = new AwsControl();
        const string ns = "main-job";
        await NamespaceAsync(ns, "arn:aws:iam::111122223333:role/main-job");
        await aws.RoleAsync("main-job", ns, Token);
        await aws.SecretAsync("prod/db", "{\"username\":\"admin\",\"port\":5432}", Token);
        await aws.ParameterAsync("/prod/flag", "on", Token);
        await ClassAsync(ns, "v1", """
            - objectName: prod/db
              objectType: secretsmanager
              objectAlias: db.json
              jmesPath:
                - path: username
                  objectAlias: user
            - objectName: /prod/flag
              objectType: ssmparameter
            """);
        await PodAsync(ns, "reader", "for i in $(seq 600); do echo \"$(cat /mnt/db.json)|$(cat /mnt/user)|$(cat /mnt/_prod_flag)\"; sleep 1; done");
        await SeesAsync(ns, "reader", "{\"username\":\"admin\",\"port\":5432}|admin|on");
        Assert.Contains("main-job@default", await aws.SessionsAsync(Token), StringComparison.Ordinal);
        await StatusAsync(ns, "reader");

        await aws.SecretAsync("prod/db", "{\"username\":\"rotated\",\"port\":5432}", Token);
        await SeesAsync(ns, "reader", "|rotated|on");

        await client.CoreV1.DeleteNamespacedPodAsync("reader", ns, gracePeriodSeconds: 0, cancellationToken: Token);
        await ClusterUnderTest.Eventually(
            Soon,
            async ct => (await client.CoreV1.ListNamespacedPodAsync(ns, cancellationToken: ct)).Items.Count == 0 ? "gone" : null,
            ct => EventsAsync(ns, ct),
            Token);
    }

    [Fact]
    public async Task Pod_ClassOfVersionV1Alpha1_Mounts()
    {
        using var aws = new AwsControl();
        const string ns = "old-version";
        await NamespaceAsync(ns, "arn:aws:iam::111122223333:role/old-version");
        await aws.RoleAsync("old-version", ns, Token);
        await aws.SecretAsync("old/key", "-----BEGIN KEY-----\nline two\n-----END KEY-----\n", Token);
        await ClassAsync(ns, "v1alpha1", "- {objectName: old/key, objectType: secretsmanager}");
        await PodAsync(ns, "reader", "cat /mnt/old_key; sleep 600");
        await SeesAsync(ns, "reader", "-----BEGIN KEY-----\nline two\n-----END KEY-----\n");
    }

    [Fact]
    public async Task Pod_ClassMissingInItsNamespace_EventNamesIt()
    {
        const string ns = "no-class";
        await NamespaceAsync(ns, "arn:aws:iam::111122223333:role/none");
        await PodAsync(ns, "reader", "sleep 1");
        await ClusterUnderTest.Eventually(
            Soon,
            async ct => System.Text.RegularExpressions.Regex.IsMatch(
                await EventsAsync(ns, ct), $"FailedMount.*failed to get secretproviderclass {ns}/secrets.*not found") ? "seen" : null,
            ct => EventsAsync(ns, ct),
            Token);
    }

    private async Task NamespaceAsync(string ns, string role)
    {
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = ns } }, cancellationToken: Token);
        V1ServiceAccount account = await ClusterUnderTest.Eventually(
            Soon,
            async ct => (await client.CoreV1.ListNamespacedServiceAccountAsync(ns, cancellationToken: ct)).Items.FirstOrDefault(
                a => a.Metadata.Name == "default" && (cluster.TokensAreMadeOnDemand || a.Secrets is { Count: > 0 })),
            _ => Task.FromResult("no default ServiceAccount"),
            Token);
        account.Metadata.Annotations = new Dictionary<string, string> { ["eks.amazonaws.com/role-arn"] = role };
        await client.CoreV1.ReplaceNamespacedServiceAccountAsync(account, "default", ns, cancellationToken: Token);
    }

    private Task ClassAsync(string ns, string version, string objects) => client.CustomObjects.CreateNamespacedCustomObjectAsync(
        new Dictionary<string, object>
        {
            ["apiVersion"] = $"{ClusterUnderTest.Group}/{version}",
            ["kind"] = "SecretProviderClass",
            ["metadata"] = new Dictionary<string, object> { ["name"] = "secrets" },
            ["spec"] = new Dictionary<string, object>
            {
                ["provider"] = "aws",
                ["parameters"] = new Dictionary<string, object> { ["objects"] = objects, ["rotationPollInterval"] = "5s" },
            },
        },
        ClusterUnderTest.Group,
        version,
        ns,
        "secretproviderclasses",
        cancellationToken: Token);

    private Task PodAsync(string ns, string name, string script) => client.CoreV1.CreateNamespacedPodAsync(
        new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1PodSpec
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
                            VolumeAttributes = new Dictionary<string, string> { ["secretProviderClass"] = "secrets" },
                        },
                    },
                ],
            },
        },
        ns,
        cancellationToken: Token);

    /// <summary>The pod printed the text.</summary>
    private Task<string> SeesAsync(string ns, string pod, string text) => ClusterUnderTest.Eventually(
        Soon, async ct => (await LogAsync(ns, pod, ct)).Contains(text, StringComparison.Ordinal) ? "seen" : null, ct => EventsAsync(ns, ct), Token);

    private async Task<string> LogAsync(string ns, string pod, CancellationToken ct)
    {
        try
        {
            await using Stream log = await client.CoreV1.ReadNamespacedPodLogAsync(pod, ns, cancellationToken: ct);
            using var reader = new StreamReader(log);
            return await reader.ReadToEndAsync(ct);
        }
        catch (k8s.Autorest.HttpOperationException)
        {
            return ""; // not started yet
        }
    }

    private async Task StatusAsync(string ns, string pod)
    {
        string name = $"{pod}-{ns}-secrets";
        object status = await ClusterUnderTest.Eventually(
            TimeSpan.FromSeconds(5),
            async ct =>
            {
                try
                {
                    return await client.CustomObjects.GetNamespacedCustomObjectAsync(
                        ClusterUnderTest.Group, "v1", ns, "secretproviderclasspodstatuses", name, ct);
                }
                catch (k8s.Autorest.HttpOperationException)
                {
                    return null;
                }
            },
            _ => Task.FromResult($"no {name}"),
            Token);
        string text = status.ToString()!;
        Assert.Contains("\"mounted\":true", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("db.json", text, StringComparison.Ordinal);
        Assert.Contains("_prod_flag", text, StringComparison.Ordinal);
    }

    private async Task<string> EventsAsync(string ns, CancellationToken ct) => string.Join(
        '\n', (await client.CoreV1.ListNamespacedEventAsync(ns, cancellationToken: ct)).Items.Select(e => $"{e.Reason}: {e.Message}"));
}
