using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Oidc;

/// <summary>Makes ServiceAccount tokens as an API server does, for tests without one.</summary>
/// <param name="issuer">Its URL.</param>
/// <param name="time">Clock.</param>
/// <param name="ownKey">Whether its key is another than that of all issuers of this process: to make one takes a tenth of a second of a core.</param>
internal sealed class TokenIssuer(string issuer, TimeProvider time, bool ownKey = false) : IDisposable
{
    private static readonly Lazy<RSAParameters> s_shared = new(static () =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(true);
    });

    private readonly RSA _rsa = ownKey ? RSA.Create(2048) : RSA.Create(s_shared.Value);

    public string Issuer { get; } = issuer;

    public OidcProvider Provider(params string[] clientIds) => OidcProvider.FromJwks(Issuer, Jwks(), clientIds);

    public string Jwks()
    {
        var key = _rsa.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["alg"] = "RS256",
                ["kid"] = "test-key",
                ["n"] = Base64.Url(key.Modulus),
                ["e"] = Base64.Url(key.Exponent),
            }),
        }.ToJsonString();
    }

    /// <summary>A bound token of a pod.</summary>
    public string ServiceAccountToken(
        string @namespace, string serviceAccount, string audience, TimeSpan? lifetime = null, string? pod = null, string? podUid = null)
    {
        var kubernetes = new JsonObject
        {
            ["namespace"] = @namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = serviceAccount, ["uid"] = "sa-uid-" + serviceAccount },
        };
        if (pod is not null)
        {
            kubernetes["pod"] = new JsonObject { ["name"] = pod, ["uid"] = podUid ?? "pod-uid-" + pod };
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return Sign(new JsonObject
        {
            ["aud"] = new JsonArray(audience),
            ["exp"] = now + (long)(lifetime ?? TimeSpan.FromHours(1)).TotalSeconds,
            ["iat"] = now,
            ["nbf"] = now,
            ["iss"] = Issuer,
            ["kubernetes.io"] = kubernetes,
            ["sub"] = $"system:serviceaccount:{@namespace}:{serviceAccount}",
        });
    }

    public string Sign(JsonObject claims)
    {
        var header = """{"alg":"RS256","kid":"test-key"}""";
        var text = Base64.Url(Encoding.UTF8.GetBytes(header)) + "." + Base64.Url(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return text + "." + Base64.Url(_rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public void Dispose() => _rsa.Dispose();
}
