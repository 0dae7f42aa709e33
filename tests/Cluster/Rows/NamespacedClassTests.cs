using k8s;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 12 of the peers' acceptance list: a class serves its own namespace alone.</summary>
public sealed class NamespacedClassTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row12_ClassInAnotherNamespaceOnly_IsNamedByTheEventAndThePodWaitsForItsOwn()
    {
        await using Tenant owner = await Tenant.CreateAsync(cluster, "row12-owner", Token);
        await using Tenant other = await Tenant.CreateAsync(cluster, "row12-other", Token);
        await owner.Aws.SecretAsync("row12/one", "value", Token);
        const string Objects = "- {objectName: row12/one, objectType: secretsmanager, objectAlias: one}";
        await owner.ClassAsync("pod", Objects);

        await other.PodAsync("pod", "one");

        await other.EventAsync("FailedMount.*failed to get secretproviderclass row12-other/pod.*not found");
        string phase = (await cluster.Client.CoreV1.ReadNamespacedPodAsync("pod", "row12-other", cancellationToken: Token)).Status.Phase;
        Assert.Equal("Pending", phase);
        Assert.Null(MountPoint.IdOf(await other.TargetAsync("pod")));
        Assert.Empty(await owner.Aws.CallsForAsync("row12/one", Token));

        await other.ClassAsync("pod", Objects);
        await other.SeesAsync("pod", "value");
    }
}
