namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Rows 14 and 15 of the peers' acceptance list: files follow their secrets under the running pod.</summary>
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

/// <summary>Row 15, of which the peers also assert that the old value stays until a refresh is due.</summary>
public sealed class RotationOfEachServiceTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const int Interval = 35;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row15_ParameterAndSecretRotated_StayOldUntilDueThenFollow()
    {
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "row15", Token);
        await PutAsync(tenant, "before");
        await tenant.ClassAsync(
            "parameter", "- {objectName: /row15/parameter, objectType: ssmparameter, objectAlias: one}", $"{Interval}s");
        await tenant.ClassAsync(
            "secret", "- {objectName: row15/secret, objectType: secretsmanager, objectAlias: one}", $"{Interval}s");
        await Task.WhenAll(tenant.PodAsync("parameter", "one"), tenant.PodAsync("secret", "one"));
        await Task.WhenAll(tenant.SeesAsync("parameter", "before"), tenant.SeesAsync("secret", "before"));

        await PutAsync(tenant, "after");
        DateTimeOffset rotated = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(tenant.SeesAsync("parameter", "before", "after"), tenant.SeesAsync("secret", "before", "after"));

        // Every call but the first came when it was due: republishes of the kubelet in between, each some 12 s, asked nothing.
        foreach (string name in (string[])["/row15/parameter", "row15/secret"])
        {
            AwsCall[] calls = [.. (await tenant.Aws.CallsForAsync(name, Token)).Where(c => c.Operation != "BatchGetSecretValue")];
            Assert.True(calls[0].At < rotated);
            Assert.True(calls[1].At - calls[0].At >= TimeSpan.FromSeconds(Interval), string.Join('\n', calls.Select(c => c.ToString())));
        }
    }

    private static async Task PutAsync(Tenant tenant, string value)
    {
        await tenant.Aws.ParameterAsync("/row15/parameter", value, Token);
        await tenant.Aws.SecretAsync("row15/secret", value, Token);
    }
}
