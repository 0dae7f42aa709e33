using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The kubelet dies and is started again, as in an upgrade.</summary>
[Collection(FaultsCollection.Name)]
public sealed class KubeletRestartTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task Kubelet_KilledAndStarted_VolumesStayAndNewPodsMount()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var driver = new DriverPod(cluster);
        V1Pod before = await driver.ReadyAsync(token);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "kubelet", token);
        await tenant.Aws.SecretAsync("kubelet/one", "old", token);
        const string Objects = "- {objectName: kubelet/one, objectType: secretsmanager, objectAlias: one}";
        await tenant.ClassAsync("pod", Objects);
        await tenant.ClassAsync("late", Objects);
        await tenant.PodAsync("pod", "one");
        await tenant.SeesAsync("pod", "old");
        string target = await tenant.TargetAsync("pod");
        string? mount = MountPoint.IdOf(target);
        double published = await driver.SumAsync(before, "node_publish_total", token) ?? 0;

        await cluster.ComponentAsync("kill", "kubelet", token);
        await cluster.ComponentAsync("start", "kubelet", token);

        await tenant.Aws.SecretAsync("kubelet/one", "new", token);
        await tenant.PodAsync("late", "one");
        await ClusterUnderTest.Until(
            async ct => await driver.SumAsync(before, "node_publish_total", ct) >= published + 3, ct => driver.MetricsAsync(before, ct), token);
        await tenant.SeesAsync("pod", "old", "new");
        await tenant.SeesLastAsync("late", "new"); // it may have begun with a value of seconds ago
        Assert.Equal(mount, MountPoint.IdOf(target));
        V1Pod after = await driver.ReadyAsync(token);
        Assert.Equal(DriverPod.Restarts(before), DriverPod.Restarts(after));
        await tenant.DeletePodAsync("pod");
        await ClusterUnderTest.Until(_ => Task.FromResult(MountPoint.IdOf(target) is null), _ => Task.FromResult("still mounted"), token);
    }
}
