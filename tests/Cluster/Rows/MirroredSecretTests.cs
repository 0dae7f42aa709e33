using CsiSecrets.Tests.Cluster.Mirrors;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Rows 9, 10, 11 and 13 of the peers' acceptance list: native Secrets that mirror a class, and whose they are.</summary>
public sealed class MirroredSecretTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Entry = """
        - secretName: foosecret
          type: Opaque
          labels: {environment: "test"}
          annotations: {kubed.appscode.com/sync: "app=test"}
          data:
          - {objectName: foo, key: username}
          - {objectName: nested/bar, key: nested}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row9_TwoDeploymentsOfOneClass_ShareOneSecretWithTwoOwners()
    {
        await using MirrorTenant tenant = await StartAsync("row9", "first", "second");

        foreach (string deployment in (string[])["first", "second"])
        {
            string pod = await tenant.ReadyAsync(deployment);
            Assert.Equal("secret", await tenant.ReadAsync(pod, "cat", "/mnt/app/foo"));
            Assert.Equal("nested secret", await tenant.ReadAsync(pod, "cat", "/mnt/app/nested/bar"));
            Assert.Equal("secret", await tenant.VariableAsync(pod, "SECRET_USERNAME"));
        }

        V1Secret secret = await tenant.OwnedAsync("foosecret", "ReplicaSet first", "ReplicaSet second");
        Assert.Equal(("Opaque", "secret", "nested secret"), (secret.Type, MirrorTenant.Text(secret, "username"), MirrorTenant.Text(secret, "nested")));
        Assert.Equal(2, secret.Data.Count);
        Assert.Equal(("test", "true"), (secret.Metadata.Labels["environment"], secret.Metadata.Labels["secrets-store.csi.k8s.io/managed"]));
        Assert.Equal("app=test", secret.Metadata.Annotations["kubed.appscode.com/sync"]);
        Assert.Equal(["csi-secrets"], secret.Metadata.ManagedFields.Where(static f => f.FieldsV1 is { } v1 && v1.ToString()!.Contains("f:data", StringComparison.Ordinal)).Select(static f => f.Manager));
    }

    [Fact]
    public async Task Row10_OneDeploymentDeletedThenTheOther_OneOwnerIsLeftThenTheSecretIsGone()
    {
        await using MirrorTenant tenant = await StartAsync("row10", "first", "second");
        await tenant.ReadyAsync("first");
        string second = await tenant.ReadyAsync("second");
        await tenant.OwnedAsync("foosecret", "ReplicaSet first", "ReplicaSet second");

        await Shell.KubectlAsync("delete deployment first -n row10", Token);

        V1Secret left = await tenant.OwnedAsync("foosecret", "ReplicaSet second");
        Assert.Equal("secret", MirrorTenant.Text(left, "username"));
        Assert.Equal(second, await tenant.ReadyAsync("second"));

        await Shell.KubectlAsync("delete deployment second -n row10", Token);

        await tenant.GoneAsync("foosecret");
    }

    [Fact]
    public async Task Row11_ClassesOfOneNameInTwoNamespaces_EachHasItsOwnSecretAndItsOwnEnd()
    {
        await using MirrorTenant other = await StartAsync("row11-other", "app");
        await using MirrorTenant tenant = await StartAsync("row11", "app");
        string pod = await tenant.ReadyAsync("app");
        await other.ReadyAsync("app");
        Assert.Equal("secret", await tenant.VariableAsync(pod, "SECRET_USERNAME"));
        await tenant.OwnedAsync("foosecret", "ReplicaSet app");
        V1Secret others = await other.OwnedAsync("foosecret", "ReplicaSet app");

        await Shell.KubectlAsync("delete deployment app -n row11", Token);

        await tenant.GoneAsync("foosecret");
        Assert.Equal(others.Metadata.Uid, (await other.FindAsync("foosecret", Token))?.Metadata.Uid);
    }

    [Fact]
    public async Task Row13_TwoClassesInOnePod_TwoVolumesTwoSecretsAndTheirVariables()
    {
        await using MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, "row13", Token);
        foreach (string name in (string[])["one", "two"])
        {
            await tenant.Tenant.Aws.SecretAsync($"row13/{name}", $"value {name}", Token);
            await tenant.ClassAsync(
                name,
                $"- {{objectName: row13/{name}, objectType: secretsmanager, objectAlias: foo}}",
                $"- {{secretName: secret-{name}, type: Opaque, data: [{{objectName: foo, key: username}}]}}");
        }

        await tenant.DeploymentAsync("app", ["one", "two"], "ONE=secret-one/username", "TWO=secret-two/username");
        string pod = await tenant.ReadyAsync("app");

        foreach (string name in (string[])["one", "two"])
        {
            Assert.Equal($"value {name}", await tenant.ReadAsync(pod, "cat", $"/mnt/{name}/foo"));
            Assert.Equal($"value {name}", await tenant.VariableAsync(pod, name.ToUpperInvariant()));
            Assert.Equal($"value {name}", MirrorTenant.Text(await tenant.OwnedAsync($"secret-{name}", "ReplicaSet app"), "username"));
        }
    }

    /// <summary>Deployments that mount the class <c>app</c> and have a variable of its Secret.</summary>
    private async Task<MirrorTenant> StartAsync(string ns, params string[] deployments)
    {
        MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, ns, Token);
        await tenant.Tenant.Aws.SecretAsync($"{ns}/foo", "secret", Token);
        await tenant.Tenant.Aws.SecretAsync($"{ns}/bar", "nested secret", Token);
        await tenant.ClassAsync(
            "app",
            $$"""
            - {objectName: {{ns}}/foo, objectType: secretsmanager, objectAlias: foo}
            - {objectName: {{ns}}/bar, objectType: secretsmanager, objectAlias: nested/bar}
            """,
            Entry);
        foreach (string deployment in deployments)
        {
            await tenant.DeploymentAsync(deployment, ["app"], "SECRET_USERNAME=foosecret/username");
        }

        return tenant;
    }
}
