namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 4 of the peers' acceptance list.</summary>
public sealed class OldVersionTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task Row4_ClassOfVersionV1Alpha1_MountsSecretAndKey()
    {
        const string Key = "-----BEGIN PUBLIC KEY-----\nMIIB line two\n-----END PUBLIC KEY-----";
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "row4", TestContext.Current.CancellationToken);
        await tenant.Aws.SecretAsync("row4/foo", "secret", TestContext.Current.CancellationToken);
        await tenant.Aws.SecretAsync("row4/fookey", Key, TestContext.Current.CancellationToken);
        await tenant.ClassAsync(
            "old", """
            - {objectName: row4/foo, objectType: secretsmanager, objectAlias: foo}
            - {objectName: row4/fookey, objectType: secretsmanager, objectAlias: fookey}
            """,
            version: "v1alpha1");
        await tenant.PodAsync("old");
        await tenant.ReadyAsync("old");

        Assert.Equal("secret", await tenant.ReadAsync("old", "foo"));
        Assert.Equal(Key, await tenant.ReadAsync("old", "fookey"));
    }
}
