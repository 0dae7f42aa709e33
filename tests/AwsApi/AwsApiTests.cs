using System.Net;
using System.Text;
using Amazon.SecurityToken.Endpoints;
using Amazon.SecurityToken.Internal;
using Amazon.SimpleSystemsManagement.Endpoints;
using Amazon.SimpleSystemsManagement.Internal;
using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.AwsApi;

public class AwsApiTests
{
    private static AwsEnvironment Env(params (string Name, string Value)[] variables) =>
        AwsEnvironment.Read(name => variables.FirstOrDefault(v => v.Name == name).Value);

    [Theory]
    [InlineData("us-east-1")]
    [InlineData("eu-west-3")]
    [InlineData("cn-north-1")]
    [InlineData("us-gov-west-1")]
    [InlineData("us-iso-east-1")]
    public void Resolve_StsAndSsm_AgreeWithTheSdksRules(string region)
    {
        foreach ((bool fips, bool dual) in (ReadOnlySpan<(bool, bool)>)[(false, false), (true, false), (false, true), (true, true)])
        {
            if (dual && region.StartsWith("us-iso", StringComparison.Ordinal))
            {
                continue;
            }

            AwsEnvironment environment = Env(("AWS_USE_FIPS_ENDPOINT", $"{fips}"), ("AWS_USE_DUALSTACK_ENDPOINT", $"{dual}"));
            string ssm = new AmazonSimpleSystemsManagementEndpointProvider().ResolveEndpoint(
                new SimpleSystemsManagementEndpointParameters { Region = region, UseFIPS = fips, UseDualStack = dual }).URL;
            string sts = new AmazonSecurityTokenServiceEndpointProvider().ResolveEndpoint(
                new SecurityTokenServiceEndpointParameters { Region = region, UseFIPS = fips, UseDualStack = dual, UseGlobalEndpoint = false }).URL;
            Assert.Equal(new Uri(ssm), AwsEndpoints.Resolve(AwsService.Ssm, region, environment));
            Assert.Equal(new Uri(sts), AwsEndpoints.Resolve(AwsService.Sts, region, environment));
        }
    }

    [Theory]
    [InlineData("us-east-1", "", "https://secretsmanager.us-east-1.amazonaws.com/")]
    [InlineData("us-east-1", "FIPS", "https://secretsmanager-fips.us-east-1.amazonaws.com/")]
    [InlineData("us-gov-west-1", "FIPS", "https://secretsmanager-fips.us-gov-west-1.amazonaws.com/")]
    [InlineData("us-east-1", "DUALSTACK", "https://secretsmanager.us-east-1.api.aws/")]
    [InlineData("cn-north-1", "", "https://secretsmanager.cn-north-1.amazonaws.com.cn/")]
    public void Resolve_SecretsManager_HasItsHost(string region, string flag, string url) =>
        Assert.Equal(new Uri(url), AwsEndpoints.Resolve(AwsService.SecretsManager, region, Env(($"AWS_USE_{flag}_ENDPOINT", "true"))));

    [Fact]
    public void Read_EndpointVariables_SpecificOnesWin()
    {
        AwsEnvironment environment = Env(
            ("AWS_ENDPOINT_URL", "http://all:1"), ("AWS_ENDPOINT_URL_SSM", "http://ssm:2"), ("AWS_STS_ENDPOINT", "http://sts:3"));
        Assert.Equal("all", AwsEndpoints.Resolve(AwsService.SecretsManager, "us-east-1", environment).Host);
        Assert.Equal("ssm", AwsEndpoints.Resolve(AwsService.Ssm, "us-east-1", environment).Host);
        Assert.Equal("sts", AwsEndpoints.Resolve(AwsService.Sts, "us-east-1", environment).Host);
        Assert.Contains("https://host:port", Assert.Throws<SecretsException>(() => Env(("AWS_ENDPOINT_URL", "ftp://x"))).Message);
    }

    [Theory]
    [InlineData("https://sts.us-east-1.amazonaws.com", true)]
    [InlineData("https://x.internal.example", false)]
    [InlineData("https://internal.example", false)]
    [InlineData("https://xinternal.example", true)]
    [InlineData("https://10.1.2.3", false)]
    [InlineData("https://11.1.2.3", true)]
    [InlineData("https://ported.example:8443", false)]
    [InlineData("https://ported.example", true)]
    [InlineData("https://169.254.170.23", false)]
    [InlineData("https://[fd00:ec2::23]", false)]
    [InlineData("https://[fe80::1]", false)]
    [InlineData("https://127.0.0.1", false)]
    [InlineData("http://plain.example", false)]
    public void GetProxy_ByDestination_HonoursNoProxyAndLinkLocal(string url, bool proxied)
    {
        AwsProxy proxy = new(Env(("https_proxy", "proxy.example:3128"), ("no_proxy", ".internal.example, 10.0.0.0/8,ported.example:8443")));
        Assert.Equal(proxied ? new Uri("http://proxy.example:3128") : null, proxy.GetProxy(new Uri(url)));
        Assert.Equal(!proxied, proxy.IsBypassed(new Uri(url)));
    }

    [Fact]
    public void Of_SessionName_IsCutWithAHash()
    {
        Assert.Equal("ns@sa", SessionNames.Of("ns", "sa"));
        string one = SessionNames.Of(new string('n', 40), new string('s', 40));
        string two = SessionNames.Of(new string('n', 40), new string('s', 41));
        Assert.Equal((64, 64), (one.Length, two.Length));
        Assert.NotEqual(one, two);
        Assert.StartsWith(new string('n', 40) + "@s", one, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ErrorBody_KeepsAwsReasonAndDropsCredentials()
    {
        (string code, string message) = AwsErrors.Read(
            """{"__type":"com.amazon#InvalidSignatureException:http://x","message":"bad Credential=AKIA/1/2, Signature=abc\nnext"}"""u8, HttpStatusCode.BadRequest, null);
        Assert.Equal("InvalidSignatureException", code);
        Assert.DoesNotContain("AKIA", message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", message, StringComparison.Ordinal);
        Assert.Equal(
            ("AccessDenied", "Not & <authorized>"),
            AwsErrors.Read("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not &amp; &lt;authorized&gt;</Message></Error></ErrorResponse>"u8, HttpStatusCode.Forbidden, null));
        Assert.Equal("HTTP 503", AwsErrors.Read("<html>oops"u8, HttpStatusCode.ServiceUnavailable, null).Code);
    }

    /// <summary>Of KMS behind Parameter Store, in the words of either kind of client, and of the Pod Identity agent.</summary>
    [Theory]
    [InlineData("denied (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 18c5e24a-2a2d-4e7d-b9b9-c1f5d0c5e0f8; Proxy: null)", "denied (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Proxy: null)")]
    [InlineData("denied (Service: Kms, Status Code: 400, Request ID: 18c5e24a-2a2d-4e7d-b9b9-c1f5d0c5e0f8)", "denied (Service: Kms, Status Code: 400)")]
    [InlineData("[18c5e24a-2a2d-4e7d-b9b9-c1f5d0c5e0f8]: (AccessDeniedException): no association, fault: client", "(AccessDeniedException): no association, fault: client")]
    [InlineData("the request id of the user", "the request id of the user")]
    public void Clean_TextOfOneRequest_HasNoIdOfIt(string text, string clean) => Assert.Equal(clean, AwsErrors.Clean(text));

    [Theory]
    [InlineData("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.", nameof(FailureReason.SecretNotFound))]
    [InlineData("InvalidRequestException", "other", nameof(FailureReason.ProviderError))]
    [InlineData("ThrottlingException", "", nameof(FailureReason.Throttled))]
    [InlineData("AccessDeniedException", "", nameof(FailureReason.AccessDenied))]
    [InlineData("InternalServiceError", "", nameof(FailureReason.ProviderUnavailable))]
    [InlineData("InvalidIdentityToken", "", nameof(FailureReason.Unauthenticated))]
    public void ReasonOf_Code_IsOurs(string code, string message, string reason) =>
        Assert.Equal(reason, AwsErrors.ReasonOf(code, message, HttpStatusCode.BadRequest).ToString());

    [Fact]
    public void Authorize_AsTheSdksSigner()
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        byte[] body = Encoding.UTF8.GetBytes("""{"SecretId":"ä"}""");
        KeyValuePair<string, string>[] headers = [new("content-type", "application/x-amz-json-1.1"), new("host", "h"), new("x-amz-date", SigV4.TimeText(at))];
        using var keys = new AwsKeys("AKIA", SecretBytes.FromText("se/cret+"), null, DateTimeOffset.MaxValue);
        string ours = SigV4.Authorize(keys, headers, "/", body, ("eu-west-1", "secretsmanager"), at);
        string canonical = "POST\n/\n\n" + string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n")) + "\ncontent-type;host;x-amz-date\n"
            + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
        string sdks = Amazon.Runtime.Internal.Auth.AWS4Signer.ComputeSignature(
            "AKIA", "se/cret+", "eu-west-1", at.UtcDateTime, "secretsmanager", "content-type;host;x-amz-date", canonical, null).ForAuthorizationHeader;
        Assert.Equal(sdks, ours);
    }

    [Fact]
    public void Restore_DeniedOperations_HoldsNoLongerThanADay()
    {
        var time = new ImpatientTime();
        var denied = new DeniedOperations(time);
        denied.Remember("access", "op");
        var restored = new DeniedOperations(time);
        restored.Restore([.. denied.Snapshot(), new DeniedOperation("other", "op", time.GetUtcNow().AddYears(1))]);
        Assert.True(restored.Contains("access", "op") && restored.Contains("other", "op") && !restored.Contains("access", "other"));
        time.Advance(TimeSpan.FromHours(24.1));
        Assert.False(restored.Contains("access", "op") || restored.Contains("other", "op"));
        Assert.Empty(restored.Snapshot());
    }
}
