using CsiSecrets.Tests.Cluster.Mirrors;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Secrets are made only where a namespace opted in, and what is missing there is said.</summary>
public sealed class MirrorOptInTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Namespace_WithoutLabelThenWithoutRole_IsToldEachAndServedWithBoth()
    {
        await using MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, "opt-in", Token, enabled: false);
        await tenant.Tenant.Aws.SecretAsync("opt-in/foo", "secret", Token);
        await tenant.ClassAsync(
            "pod",
            "- {objectName: opt-in/foo, objectType: secretsmanager, objectAlias: foo}",
            "- {secretName: foosecret, type: Opaque, data: [{objectName: foo, key: username}]}");
        await tenant.Tenant.PodAsync("pod", "foo");
        await tenant.Tenant.SeesAsync("pod", "secret"); // files need no opt-in

        await tenant.Tenant.EventAsync($"Warning SecretObjectsNotEnabled: .*opt-in.*{MirrorTenant.OptIn}");
        await tenant.LabelAsync();
        await tenant.Tenant.EventAsync("Warning FailedToCreateSecret: .*controller/components/secret-objects/namespace");
        Assert.Null(await tenant.FindAsync("foosecret", Token));
        await tenant.GrantAsync();

        Assert.Equal("secret", MirrorTenant.Text(await tenant.SecretAsync("foosecret"), "username"));
    }
}
