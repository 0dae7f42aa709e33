using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 17 of the peers' acceptance list.</summary>
public sealed class MetricsTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task Row17_MetricsOnPort8095_CountPublishesUnpublishesAndRotations()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "row17", token);
        await tenant.Aws.SecretAsync("row17/one", "old", token);
        await tenant.ClassAsync("pod", "- {objectName: row17/one, objectType: secretsmanager, objectAlias: one}");
        await tenant.PodAsync("pod", "one");
        await tenant.SeesAsync("pod", "old");
        await tenant.Aws.SecretAsync("row17/one", "new", token);
        await tenant.SeesAsync("pod", "old", "new");
        await tenant.DeletePodAsync("pod");

        using var driver = new DriverPod(cluster);
        V1Pod pod = await driver.ReadyAsync(token);
        foreach (string metric in (string[])["node_publish_total", "node_unpublish_total", "rotation_reconcile_total"])
        {
            await ClusterUnderTest.Until(
                async ct => await driver.SumAsync(pod, metric, ct) > 0, ct => driver.MetricsAsync(pod, ct), token);
        }
    }
}
