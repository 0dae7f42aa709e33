namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Row 3 of the peers' acceptance list: the kubelet's token has the audience that the CSIDriver asks for. Here it is AWS that
/// validates it: STS, or the agent of Pod Identity.</summary>
public sealed class TokenRequestTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row3_AudienceOfSts_IsAcceptedByStsAsTheServiceAccount()
    {
        await using Tenant tenant = await StartAsync("row3-irsa", null);
        await tenant.ReadyAsync("pod");

        Assert.Contains("\"row3-irsa@default\"", await tenant.Aws.SessionsAsync(Token), StringComparison.Ordinal);
        Assert.Equal("value", await tenant.ReadAsync("pod", "one"));
    }

    [Fact]
    public async Task Row3_AudienceOfPodIdentity_IsAcceptedByTheAgent()
    {
        await using Tenant tenant = await StartAsync("row3-agent", "true");
        await tenant.ReadyAsync("pod");

        Assert.Contains("\"eks-test-pod-", await tenant.Aws.SessionsAsync(Token), StringComparison.Ordinal);
        Assert.Equal("value", await tenant.ReadAsync("pod", "one"));
    }

    private async Task<Tenant> StartAsync(string ns, string? podIdentity)
    {
        Tenant tenant = await Tenant.CreateAsync(cluster, ns, Token, annotated: podIdentity is null);
        await tenant.Aws.AssociateAsync(ns, ns, Token);
        await tenant.Aws.SecretAsync($"{ns}/one", "value", Token);
        await tenant.ClassAsync("pod", $"- {{objectName: {ns}/one, objectType: secretsmanager, objectAlias: one}}", podIdentity: podIdentity);
        await tenant.PodAsync("pod");
        return tenant;
    }
}
