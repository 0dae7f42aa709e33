using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The components in-place-reload and reload-signals: applications that are told of their new files and are not restarted. Here, not
/// among the tests in parallel, because the driver is another while it lasts.</summary>
[Collection(FaultsCollection.Name)]
public sealed class InPlaceReloadTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    /// <summary>A server whose one page tells the pod's log what the file holds.</summary>
    private const string Server = """
        mkdir -p /tmp/www/cgi-bin
        printf '#!/bin/sh\necho "$REQUEST_METHOD $(cat /mnt/one)" >/proc/1/fd/1\nprintf "Content-Type: text/plain\\r\\n\\r\\nok"\n' >/tmp/www/cgi-bin/reload
        chmod +x /tmp/www/cgi-bin/reload
        echo "start $(cat /mnt/one)"
        exec httpd -f -p 8080 -h /tmp/www
        """;

    private const string Handler = """trap 'echo "hup $(cat /mnt/one)"' HUP; echo "start $(cat /mnt/one)"; while :; do sleep 0.2; done""";

    /// <summary>CAP_CHOWN, CAP_DAC_READ_SEARCH, CAP_KILL and CAP_SYS_ADMIN.</summary>
    private const string Kept = "0000000000200025";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangedFiles_ByHttpAndBySignal_ReachTheRunningApplicationsAndNoOthers()
    {
        using var driver = new DriverPod(cluster);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "in-place", Token);
        await tenant.Aws.SecretAsync("in-place/one", "first", Token);
        await tenant.Aws.SecretAsync("in-place/two", "still", Token);
        try
        {
            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/reload-signals.yaml", Token);
            await Shell.KubectlAsync("-n kube-system rollout status daemonset csi-secrets-store --timeout=180s", Token);
            V1Pod node = await driver.ReadyAsync(Token);
            await StartAsync(tenant, "http", "in-place/one", Server, root: true);
            await StartAsync(tenant, "signal", "in-place/one", Handler, root: false);
            await StartAsync(tenant, "neighbour", "in-place/two", Handler, root: false);
            await AnnotateAsync(tenant, "http", "reload-http=POST :8080/cgi-bin/reload");
            await AnnotateAsync(tenant, "signal", "reload-signal=SIGHUP sh");
            await AnnotateAsync(tenant, "neighbour", "reload-signal=SIGHUP sh");

            await tenant.Aws.SecretAsync("in-place/one", "second", Token);

            await tenant.SeesAsync("http", "start first", "POST second");
            await tenant.SeesAsync("signal", "start first", "hup second");
            Assert.Equal("start still", (await cluster.LogAsync(tenant.Namespace, "neighbour", Token)).TrimEnd('\n'));
            V1PodList pods = await cluster.Client.CoreV1.ListNamespacedPodAsync(tenant.Namespace, cancellationToken: Token);
            Assert.Equal([0, 0, 0], pods.Items.Select(p => Assert.Single(p.Status.ContainerStatuses).RestartCount));
            Assert.Equal(2, await driver.SumAsync(node, "csi_secrets_in_place_reloads_total", Token));
            string status = await File.ReadAllTextAsync($"/proc/{DriverPod.ProcessOf(node)}/status", Token);
            Assert.Contains($"CapPrm:\t{Kept}\nCapEff:\t{Kept}\nCapBnd:\t{Kept}\n", status, StringComparison.Ordinal);

            await AnnotateAsync(tenant, "signal", "reload-signal=SIGHUP no-such-program");
            await tenant.Aws.SecretAsync("in-place/one", "third", Token);

            await tenant.SeesAsync("http", "start first", "POST second", "POST third");
            await tenant.EventAsync("Warning InPlaceReloadFailed: in-place reload by SIGHUP no-such-program failed: no process");
        }
        finally
        {
            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/base.yaml", CancellationToken.None);
            await Shell.KubectlAsync("-n kube-system rollout status daemonset csi-secrets-store --timeout=180s", CancellationToken.None);
        }
    }

    private static async Task StartAsync(Tenant tenant, string pod, string secret, string script, bool root)
    {
        await tenant.ClassAsync(pod, $"- {{objectName: {secret}, objectType: secretsmanager, objectAlias: one}}");
        await tenant.PodAsync(pod, more: spec =>
        {
            spec.Containers[0].Command = ["sh", "-c", script];
            spec.SecurityContext = root ? null : new V1PodSecurityContext { RunAsUser = 1000, RunAsGroup = 1000 };
        });
        await tenant.ReadyAsync(pod);
    }

    private static Task AnnotateAsync(Tenant tenant, string pod, string annotation) => Shell.RunAsync(
        "kubectl", ["annotate", "pod", pod, "-n", tenant.Namespace, "--overwrite", $"secrets-store.csi.k8s.io/{annotation}"], Token);
}
