using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The startup-taint component: a node takes pods only once the kubelet knows the driver.</summary>
[Collection(FaultsCollection.Name)]
public sealed class StartupTaintTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Taint = "secrets-store.csi.k8s.io/agent-not-ready";
    private const string Component = "clusterrole,clusterrolebinding secrets-store-csi-driver-startup-taint";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TaintedNode_DriverRegisters_TaintGoesAndThePodThatWaitedMounts()
    {
        using var driver = new DriverPod(cluster);
        V1Pod before = await driver.ReadyAsync(Token);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "tainted", Token);
        await tenant.Aws.SecretAsync("tainted/one", "value", Token);
        await tenant.ClassAsync("pod", "- {objectName: tainted/one, objectType: secretsmanager, objectAlias: one}");
        try
        {
            await Shell.KubectlAsync($"taint nodes {cluster.Node} {Taint}=:NoSchedule other.example/taint=:PreferNoSchedule", Token);
            await SchedulerKnowsAsync(tenant);
            await tenant.PodAsync("pod", "one");
            await tenant.EventAsync("FailedScheduling.*taint");

            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/startup-taint.yaml", Token);

            await tenant.SeesAsync("pod", "value");
            Assert.Equal("other.example/taint", await Shell.KubectlAsync($"get node {cluster.Node} -o jsonpath={{.spec.taints[*].key}}", Token));
            V1Pod after = await driver.ReadyAsync(Token);
            Assert.NotEqual(before.Metadata.Uid, after.Metadata.Uid);
            Assert.Contains(Taint, await driver.LogAsync(after, Token), StringComparison.Ordinal);
        }
        finally
        {
            await Shell.TryAsync("kubectl", ["taint", "nodes", cluster.Node, $"{Taint}-", "other.example/taint-"], CancellationToken.None);
            await Shell.KubectlAsync($"delete --ignore-not-found {Component}", CancellationToken.None);
            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/base.yaml", CancellationToken.None);
            await Shell.KubectlAsync("-n kube-system rollout status daemonset csi-secrets-store --timeout=180s", CancellationToken.None);
        }
    }

    /// <summary>The scheduler hears of the taint by its own watch, a moment later: until a pod is refused, it is asked with another one.</summary>
    private static async Task SchedulerKnowsAsync(Tenant tenant)
    {
        int asked = 0;
        await ClusterUnderTest.Until(
            async token =>
            {
                string pod = $"-n {tenant.Namespace} get pod witness-{++asked} -o jsonpath={{.status.conditions[?(@.type==\"PodScheduled\")].status}}";
                await Shell.KubectlAsync($"-n {tenant.Namespace} run witness-{asked} --image=localhost/busybox:1 --restart=Never -- true", token);
                string scheduled = await ClusterUnderTest.Eventually(
                    ClusterUnderTest.Soon, async t => await Shell.KubectlAsync(pod, t) is { Length: > 0 } said ? said : null, tenant.EventsAsync, token);
                return scheduled == "False";
            },
            tenant.EventsAsync,
            Token);
    }
}
