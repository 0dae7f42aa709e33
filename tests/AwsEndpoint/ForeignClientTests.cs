using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;

namespace CsiSecrets.Tests.AwsEndpoint;

/// <summary>AWS's JavaScript SDK, which is not ours, works with the endpoint as with AWS.</summary>
public sealed class ForeignClientTests
{
    private const string Issuer = "https://oidc.example/cluster";

    [Fact]
    public async Task JavaScriptSdk_AllChecks_Pass()
    {
        var ct = TestContext.Current.CancellationToken;
        var packages = await NodePackages.EnsureAsync(ct);
        await using var endpoint = await AwsServer.StartAsync(new AwsServerOptions(), ct);
        using var issuer = new TokenIssuer(Issuer, TimeProvider.System);
        endpoint.Seed.Oidc(issuer.Provider("sts.amazonaws.com"));
        var role = endpoint.Seed.Role(
            "app", PolicyDocument.TrustWebIdentity(Issuer, "system:serviceaccount:ns:sa"), PolicyDocument.Allow("secretsmanager:GetSecretValue"));
        var user = endpoint.Seed.User("node");
        var (code, output) = await NodePackages.RunAsync(
            "node",
            [
                Path.Combine(NodePackages.Client, "run.mjs"), endpoint.Url.ToString(), packages, user.Id, user.Secret, role.Arn,
                issuer.ServiceAccountToken("ns", "sa", "sts.amazonaws.com"), issuer.ServiceAccountToken("ns", "other", "sts.amazonaws.com"),
            ],
            ct);
        Assert.True(code == 0 && output.Contains("all passed", StringComparison.Ordinal), output);
        Assert.Contains(endpoint.Calls.All, c => c is { Operation: "AssumeRoleWithWebIdentity", SessionName: "ns@sa", Status: 200 });
    }
}
