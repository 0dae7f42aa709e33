using CsiSecrets.Tests.Cluster.Mirrors;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Rows 14 and 16 of the peers' acceptance list, their Secret halves, and in whose name the controller reads AWS.</summary>
public sealed class MirroredAwsTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row14_SecretRotated_FileAndMirroredSecretFollowWithin120Seconds()
    {
        await using MirrorTenant tenant = await StartAsync("row14-mirror", "secret");
        await tenant.Tenant.SeesAsync("pod", "secret");
        string uid = (await tenant.SecretAsync("foosecret", s => MirrorTenant.Text(s, "username") == "secret")).Metadata.Uid;

        await tenant.Tenant.Aws.SecretAsync("row14-mirror/foo", "rotated", Token);

        V1Secret rotated = await tenant.SecretAsync("foosecret", s => MirrorTenant.Text(s, "username") == "rotated");
        Assert.Equal(uid, rotated.Metadata.Uid);
        await tenant.Tenant.SeesAsync("pod", "secret", "rotated");
    }

    [Fact]
    public async Task Row16_ParametersSecretsAliasesAndArns_AreMirroredAndGoWithTheirPod()
    {
        await using MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, "row16-mirror", Token);
        await tenant.Tenant.Aws.ParameterAsync("/row16-mirror/plain", "parameter", Token);
        await tenant.Tenant.Aws.SecretAsync("row16-mirror/plain", "secret", Token);
        (string arn, _) = await tenant.Tenant.Aws.SecretAsync("row16-mirror/by-arn", "secret by ARN", Token);
        await tenant.Tenant.Aws.SecretAsync("row16-mirror/json", """{"username": "admin", "port": 5432}""", Token);
        await tenant.ClassAsync(
            "pod",
            $$"""
            - {objectName: /row16-mirror/plain, objectType: ssmparameter, objectAlias: parameter-alias}
            - {objectName: row16-mirror/plain, objectType: secretsmanager}
            - {objectName: "{{arn}}", objectAlias: arn-alias}
            - objectName: row16-mirror/json
              objectType: secretsmanager
              objectAlias: json
              jmesPath: [{path: username, objectAlias: user}, {path: port, objectAlias: port}]
            """,
            """
            - secretName: from-aws
              type: Opaque
              data:
              - {objectName: parameter-alias, key: parameter}
              - {objectName: row16-mirror/plain, key: secret}
              - {objectName: arn-alias, key: arn}
              - {objectName: json, key: json}
              - {objectName: user, key: user}
              - {objectName: port, key: port}
            - secretName: login
              type: kubernetes.io/basic-auth
              data:
              - {objectName: user, key: username}
              - {objectName: arn-alias, key: password}
            """);
        await tenant.Tenant.PodAsync("pod");

        V1Secret made = await tenant.OwnedAsync("from-aws", "SecretProviderClassPodStatus pod-row16-mirror-pod");
        Assert.Equal(
            """arn=secret by ARN; json={"username": "admin", "port": 5432}; parameter=parameter; port=5432; secret=secret; user=admin""",
            string.Join("; ", made.Data.Keys.Order(StringComparer.Ordinal).Select(k => $"{k}={MirrorTenant.Text(made, k)}")));
        Assert.Equal("kubernetes.io/basic-auth", (await tenant.SecretAsync("login")).Type);

        await tenant.Tenant.DeletePodAsync("pod");

        await tenant.GoneAsync("from-aws");
        await tenant.GoneAsync("login");
    }

    [Fact]
    public async Task Controller_ReadingForAPod_ShowsAwsATokenOfItsServiceAccountBoundToThatPod()
    {
        await using MirrorTenant tenant = await StartAsync("mirror-token", "secret");
        await tenant.SecretAsync("foosecret");

        V1PodList controllers = await cluster.Client.CoreV1.ListNamespacedPodAsync(
            "external-secrets", labelSelector: "app.kubernetes.io/name=external-secrets", cancellationToken: Token);
        IReadOnlyList<(string From, string Pod)> shown = await tenant.Tenant.Aws.WebIdentitiesAsync("mirror-token", Token);
        Assert.Contains(shown, s => s.Pod == "mirror-token/pod" && controllers.Items.Any(c => c.Status.PodIP == s.From));
        Assert.Contains("\"mirror-token@default\"", await tenant.Tenant.Aws.SessionsAsync(Token), StringComparison.Ordinal);
    }

    /// <summary>A pod <c>pod</c> whose class is mirrored into <c>foosecret</c>.</summary>
    private async Task<MirrorTenant> StartAsync(string ns, string value)
    {
        MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, ns, Token);
        await tenant.Tenant.Aws.SecretAsync($"{ns}/foo", value, Token);
        await tenant.ClassAsync(
            "pod",
            $"- {{objectName: {ns}/foo, objectType: secretsmanager, objectAlias: foo}}",
            "- {secretName: foosecret, type: Opaque, data: [{objectName: foo, key: username}]}");
        await tenant.Tenant.PodAsync("pod", "foo");
        return tenant;
    }
}
