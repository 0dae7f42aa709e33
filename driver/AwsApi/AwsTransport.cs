using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CsiSecrets.AwsApi;

/// <summary>The one pool of connections to AWS.</summary>
internal static class AwsTransport
{
    private const string Remedy = "name a PEM file of certificates that is mounted into the container";

    /// <summary>Redirects are not followed: AWS sends none, and a signature is for one host.</summary>
    public static SocketsHttpHandler Create(AwsEnvironment environment)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            UseProxy = true,
            Proxy = new AwsProxy(environment),
            ActivityHeadersPropagator = null,
        };
        if (environment.CaBundle is { } bundle)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = PolicyOf(bundle) };
        }

        return handler;
    }

    private static X509ChainPolicy PolicyOf(string bundle)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(bundle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw AwsEnvironment.Bad("AWS_CA_BUNDLE", $"the file {bundle} cannot be read as certificates ({e.GetType().Name})", Remedy, e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw AwsEnvironment.Bad("AWS_CA_BUNDLE", $"the file {bundle} holds no certificate", Remedy);
    }
}
