using System.Xml.Linq;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;

namespace CsiSecrets.Tests.AwsEndpoint;

public sealed class StsTests
{
    private const string Issuer = "https://oidc.example/id/ABC";

    [Fact]
    public async Task AssumeRoleWithWebIdentity_SubjectTrusted_CredentialsThatExpire()
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var issuer = Trust(aws);
        aws.Server.Seed.Secret("s", "v");
        var (status, xml) = await Assume(aws, issuer.ServiceAccountToken("ns", "sa", "sts.amazonaws.com"));
        Assert.Equal(200, status);
        using var client = aws.Client(Key(xml));
        Assert.Equal(200, (await client.SecretsAsync("GetSecretValue", """{"SecretId":"s"}""")).Status);
        aws.Time.Advance(TimeSpan.FromMinutes(61));
        var (late, error) = await client.SecretsAsync("GetSecretValue", """{"SecretId":"s"}""");
        Assert.Equal((400, "ExpiredTokenException"), (late, (string?)error["__type"]));
    }

    [Theory]
    [InlineData("other-sa", "sts.amazonaws.com", "AccessDenied")]
    [InlineData("sa", "vault", "InvalidIdentityToken")]
    public async Task AssumeRoleWithWebIdentity_OtherSubjectOrAudience_Refused(string account, string audience, string code)
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var issuer = Trust(aws);
        Assert.Contains($"<Code>{code}</Code>", (await Assume(aws, issuer.ServiceAccountToken("ns", account, audience))).Xml);
    }

    [Fact]
    public async Task AssumeRoleWithWebIdentity_ExpiredOrForged_Refused()
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var issuer = Trust(aws);
        using var forger = new TokenIssuer(Issuer, aws.Time, ownKey: true);
        Assert.Contains("<Code>InvalidIdentityToken</Code>", (await Assume(aws, forger.ServiceAccountToken("ns", "sa", "sts.amazonaws.com"))).Xml);
        var token = issuer.ServiceAccountToken("ns", "sa", "sts.amazonaws.com");
        aws.Time.Advance(TimeSpan.FromHours(2));
        Assert.Contains("<Code>ExpiredTokenException</Code>", (await Assume(aws, token)).Xml);
    }

    [Fact]
    public async Task AssumeRole_ExternalIdAndChain_RulesOfBoth()
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var issuer = Trust(aws);
        var first = Key((await Assume(aws, issuer.ServiceAccountToken("ns", "sa", "sts.amazonaws.com"))).Xml);
        aws.Server.Seed.Role("next", PolicyDocument.TrustPrincipal("arn:aws:iam::111122223333:role/app", "ext-1"));
        using var client = aws.Client(first);
        const string Call = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fnext&RoleSessionName=ns%40sa";
        Assert.Contains("<Code>AccessDenied</Code>", (await client.StsAsync(Call)).Xml);
        Assert.Contains("<Code>AccessDenied</Code>", (await client.StsAsync(Call + "&ExternalId=other")).Xml);
        var (ok, xml) = await client.StsAsync(Call + "&ExternalId=ext-1&Tags.member.1.Key=team&Tags.member.1.Value=blue");
        Assert.Equal(200, ok);
        Assert.Contains("assumed-role/next/ns@sa", xml);
        var role = aws.Server.State.Roles.Find("arn:aws:iam::111122223333:role/next")!;
        aws.Server.State.Roles.Put(role with { MaxSession = TimeSpan.FromHours(12) });
        Assert.Contains("role chaining", (await client.StsAsync(Call + "&ExternalId=ext-1&DurationSeconds=3601")).Xml);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("has space")]
    [InlineData("system:serviceaccount")]
    public async Task AssumeRoleWithWebIdentity_BadSessionName_ValidationError(string name)
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var issuer = Trust(aws);
        var (status, xml) = await Assume(aws, issuer.ServiceAccountToken("ns", "sa", "sts.amazonaws.com"), name);
        Assert.Equal(400, status);
        Assert.Contains("<Code>ValidationError</Code>", xml);
    }

    [Fact]
    public async Task PodIdentityAgent_AssociatedToken_CredentialsTaggedWithThePod()
    {
        await using var aws = await EndpointFixture.StartAsync();
        using var issuer = Trust(aws);
        var role = aws.Server.Seed.Role("pods", PolicyDocument.TrustPodIdentity());
        aws.Server.State.PodIdentity.Associate("ns", "sa", role.Arn);
        using var http = new HttpClient { BaseAddress = aws.Server.Url };
        async Task<(int, string)> Ask(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/credentials");
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", token);
            }

            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        var (ok, json) = await Ask(issuer.ServiceAccountToken("ns", "sa", "pods.eks.amazonaws.com", pod: "p-0"));
        Assert.Equal(200, ok);
        Assert.Contains("\"AccountId\":\"111122223333\"", json);
        Assert.Equal("p-0", aws.Server.State.Credentials.Sessions[^1].Owner.Tags["kubernetes-pod-name"]);
        Assert.Equal(400, (await Ask(null)).Item1);
        Assert.Equal(400, (await Ask(issuer.ServiceAccountToken("ns", "sa", "sts.amazonaws.com"))).Item1);
        Assert.Equal(404, (await Ask(issuer.ServiceAccountToken("ns", "none", "pods.eks.amazonaws.com"))).Item1);
    }

    private static TokenIssuer Trust(EndpointFixture aws)
    {
        var issuer = new TokenIssuer(Issuer, aws.Time);
        aws.Server.Seed.Oidc(issuer.Provider("sts.amazonaws.com", "pods.eks.amazonaws.com"));
        aws.Server.Seed.Role("app", PolicyDocument.TrustWebIdentity(Issuer, "system:serviceaccount:ns:sa"));
        return issuer;
    }

    private static async Task<(int Status, string Xml)> Assume(EndpointFixture aws, string token, string name = "ns@sa")
    {
        using var http = new HttpClient { BaseAddress = aws.Server.Url };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Action"] = "AssumeRoleWithWebIdentity",
            ["Version"] = "2011-06-15",
            ["RoleArn"] = "arn:aws:iam::111122223333:role/app",
            ["RoleSessionName"] = name,
            ["WebIdentityToken"] = token,
        });
        using var answer = await http.PostAsync("/", form, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static AccessKey Key(string xml)
    {
        var credentials = XDocument.Parse(xml).Descendants().First(e => e.Name.LocalName == "Credentials").Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
        return new AccessKey
        {
            Id = credentials["AccessKeyId"],
            Secret = credentials["SecretAccessKey"],
            Token = credentials["SessionToken"],
            Owner = Principal.Anonymous,
        };
    }
}
