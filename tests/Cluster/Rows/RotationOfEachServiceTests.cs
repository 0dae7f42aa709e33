namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 15 of the peers' acceptance list, of which they also assert that the old value stays until a refresh is due.</summary>
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
