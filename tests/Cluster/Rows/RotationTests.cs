namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 14 of the peers' acceptance list, its file half: files follow their secrets under the running pod.</summary>
public sealed class RotationTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row14_SecretRotated_FileFollowsWithin120SecondsAndPodStatusAndEventTell()
    {
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "row14", Token);
        await tenant.Aws.SecretAsync("row14/foo", "secret", Token);
        await tenant.ClassAsync("pod", "- {objectName: row14/foo, objectType: secretsmanager, objectAlias: foo}");
        await tenant.PodAsync("pod", "foo");
        await tenant.SeesAsync("pod", "secret");

        (_, string version) = await tenant.Aws.SecretAsync("row14/foo", "rotated", Token);

        await tenant.SeesAsync("pod", "secret", "rotated");
        Assert.Equal("rotated", await tenant.ReadAsync("pod", "foo"));
        await tenant.StatusAsync("pod", s => s.GetRawText().Contains(version, StringComparison.Ordinal));
        await tenant.EventAsync("Normal MountRotationComplete");
    }
}
