using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.AwsApi;

public class AwsTransportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<string> ReadAsync(AwsServer server, string? bundle)
    {
        AccessKey key = server.Seed.User("u");
        var environment = new AwsEnvironment { Endpoints = new Dictionary<string, Uri> { [""] = server.Url }, CaBundle = bundle, MaxAttempts = 1 };
        using var clients = new AwsClients(environment, _ => null, TimeProvider.System);
        using var keys = new AwsKeys(key.Id, SecretBytes.FromText(key.Secret), null, DateTimeOffset.MaxValue);
        using var value = await clients.SecretsManager.GetSecretValueAsync(new("a", null, null), "us-east-1", keys, Stop);
        return System.Text.Encoding.UTF8.GetString(value.Content!.Span);
    }

    [Fact]
    public async Task Create_PrivateAuthority_IsTrustedByItsBundleOnly()
    {
        await using AwsServer server = await AwsServer.StartAsync(new AwsServerOptions { Listen = ["https://127.0.0.1:0"] }, Stop);
        server.Seed.Secret("a", "1");
        using var folder = new TemporaryFolder();
        string bundle = folder["ca.pem"];
        await File.WriteAllTextAsync(bundle, server.CertificatePem, Stop);
        Assert.Equal("1", await ReadAsync(server, bundle));
        AwsException refused = await Assert.ThrowsAsync<AwsException>(() => ReadAsync(server, null));
        Assert.Equal(FailureReason.ProviderUnavailable, refused.Reason);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("aws.example", false)]
    public async Task Proxy_OfTheEnvironment_IsAskedInTheEndpointsPlace_UnlessExcepted(string? noProxy, bool reached)
    {
        // The server plays the proxy too: what reaches it for a host that exists nowhere came through it.
        await using AwsServer server = await AwsServer.StartAsync(new AwsServerOptions(), Stop);
        server.Seed.Secret("a", "1");
        AccessKey key = server.Seed.User("u");
        var environment = new AwsEnvironment
        {
            Endpoints = new Dictionary<string, Uri> { [""] = new("http://aws.example") },
            HttpProxy = server.Url.AbsoluteUri,
            NoProxy = noProxy,
            MaxAttempts = 1,
        };
        using var clients = new AwsClients(environment, _ => null, TimeProvider.System);
        using var keys = new AwsKeys(key.Id, SecretBytes.FromText(key.Secret), null, DateTimeOffset.MaxValue);
        Task<CsiSecrets.AwsApi.SecretsManager.SecretValueEntry> read = clients.SecretsManager.GetSecretValueAsync(new("a", null, null), "us-east-1", keys, Stop);
        if (reached)
        {
            using var value = await read;
            Assert.Equal("1", System.Text.Encoding.UTF8.GetString(value.Content!.Span));
        }
        else
        {
            Assert.Equal(FailureReason.ProviderUnavailable, (await Assert.ThrowsAsync<AwsException>(() => read)).Reason);
            Assert.Equal(0, server.Calls.Count(null));
        }
    }

    [Theory]
    [InlineData(null, "", true)]
    [InlineData("me@here:s:cret", "me%40here:s%3Acret@", true)]
    [InlineData("me:other", "me:s3cret-of-proxy@", false)]
    public async Task Https_ThroughAProxy_IsATunnelToTheEndpoint_ForWhomItKnows(string? user, string named, bool reached)
    {
        var options = new AwsServerOptions { Listen = ["https://127.0.0.1:0"], Certificate = TestCertificate.Create(["aws.example"]) };
        await using AwsServer server = await AwsServer.StartAsync(options, Stop);
        server.Seed.Secret("a", "1");
        AccessKey key = server.Seed.User("u");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["ca.pem"], server.CertificatePem, Stop);
        await using var proxy = new ConnectProxy(server.Url.Port, user);
        var environment = new AwsEnvironment
        {
            Endpoints = new Dictionary<string, Uri> { [""] = new("https://aws.example") },
            HttpsProxy = $"http://{named}127.0.0.1:{proxy.Port}",
            CaBundle = folder["ca.pem"],
            MaxAttempts = 1,
        };
        using var clients = new AwsClients(environment, _ => null, TimeProvider.System);
        using var keys = new AwsKeys(key.Id, SecretBytes.FromText(key.Secret), null, DateTimeOffset.MaxValue);
        Task<CsiSecrets.AwsApi.SecretsManager.SecretValueEntry> read = clients.SecretsManager.GetSecretValueAsync(new("a", null, null), "us-east-1", keys, Stop);
        if (reached)
        {
            using var value = await read;
            Assert.Equal("1", System.Text.Encoding.UTF8.GetString(value.Content!.Span));
            Assert.Equal(["aws.example:443"], proxy.Opened);
        }
        else
        {
            AwsException refused = await Assert.ThrowsAsync<AwsException>(() => read);
            Assert.Equal(FailureReason.ProviderUnavailable, refused.Reason);
            Assert.Contains("proxy", refused.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Contains($"127.0.0.1:{proxy.Port}", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret-of-proxy", refused.ToString(), StringComparison.Ordinal);
            Assert.Empty(proxy.Opened);
        }
    }
}
