namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 18 of the peers' acceptance list: credentials in a Secret that the volume names.</summary>
public sealed class StaticKeyTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task Row18_NodePublishSecretRef_IsWhatTheProviderSignsWith()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "row18", token, annotated: false);
        await tenant.Aws.SecretAsync("row18/one", "value", token);
        await tenant.KeysAsync("keys");
        await tenant.ClassAsync("pod", "- {objectName: row18/one, objectType: secretsmanager, objectAlias: one}");
        await tenant.PodAsync("pod", keys: "keys");
        await tenant.ReadyAsync("pod");

        Assert.Equal("value", await tenant.ReadAsync("pod", "one"));
        Assert.DoesNotContain("row18@default", await tenant.Aws.SessionsAsync(token), StringComparison.Ordinal);
    }
}
