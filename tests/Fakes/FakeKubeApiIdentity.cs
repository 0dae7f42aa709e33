using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Fakes;

/// <summary>The fake's own CA, its server certificate, and the key that signs ServiceAccounts' tokens.</summary>
internal sealed class FakeKubeApiIdentity : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    // One for all servers of this process: to make one takes a tenth of a second of a core.
    private static readonly Lazy<RSAParameters> Key = new(static () =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(true);
    });

    private readonly Lazy<RSA> signer = new(static () => RSA.Create(Key.Value));
    private readonly TimeProvider time;

    public FakeKubeApiIdentity(TimeProvider time)
    {
        this.time = time;

        // Certificates are checked against the machine's clock, whatever time the test has.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=fake-kube-ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 ca = caRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        CaPem = ca.ExportCertificatePem();

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 signed = request.Create(ca, now.AddDays(-1), now.AddHours(23), RandomNumberGenerator.GetBytes(8));
        Server = signed.CopyWithPrivateKey(key);
    }

    public string CaPem { get; }

    public X509Certificate2 Server { get; }

    /// <summary>Verifies tokens.</summary>
    public RSA Signer => signer.Value;

    public void Dispose()
    {
        Server.Dispose();
        if (signer.IsValueCreated)
        {
            signer.Value.Dispose();
        }
    }

    /// <summary>A token as Kubernetes mints it, RS256.</summary>
    public (string Token, DateTimeOffset Expires) Mint(JsonObject serviceAccount, IReadOnlyList<string> audiences, long seconds, JsonObject? pod)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset expires = now.AddSeconds(seconds);
        (string ns, string name) = ((string)serviceAccount["metadata"]!["namespace"]!, (string)serviceAccount["metadata"]!["name"]!);
        JsonObject kubernetes = new() { ["namespace"] = ns, ["serviceaccount"] = Reference(serviceAccount) };
        if (pod is not null)
        {
            kubernetes["pod"] = Reference(pod);
        }

        JsonObject claims = new()
        {
            ["aud"] = new JsonArray([.. audiences.Select(static a => (JsonNode?)a)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = kubernetes,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{ns}:{name}",
        };
        string id = Url(SHA256.HashData(Signer.ExportSubjectPublicKeyInfo()));
        string text = $"{Url(Encoding.UTF8.GetBytes($$"""{"alg":"RS256","kid":"{{id}}"}"""))}.{Url(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        byte[] signature = Signer.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return ($"{text}.{Url(signature)}", DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()));
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonObject Reference(JsonObject value) => new()
    {
        ["name"] = value["metadata"]!["name"]!.DeepClone(),
        ["uid"] = value["metadata"]!["uid"]!.DeepClone(),
    };

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
