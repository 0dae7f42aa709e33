using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Aws.Oidc;

/// <summary>An identity provider as IAM keeps it: issuer, client ids (audiences) and the issuer's public keys.</summary>
internal sealed class OidcProvider(string issuer, ImmutableArray<string> clientIds, ImmutableArray<VerificationKey> keys)
{
    public string Issuer { get; } = issuer;

    public string Name { get; } = Roles.ProviderName(issuer);

    public ImmutableArray<string> ClientIds { get; } = clientIds;

    public ImmutableArray<VerificationKey> Keys { get; } = keys;

    public static OidcProvider FromJwks(string issuer, string jwks, params string[] clientIds) =>
        new(issuer, [.. clientIds], [.. JsonNode.Parse(jwks)!["keys"]!.AsArray().Select(k => VerificationKey.FromJwk(k!.AsObject()))]);

    /// <summary>From a PEM public key (RSA or P-256), as `--service-account-key-file` holds it.</summary>
    public static OidcProvider FromPem(string issuer, string pem, params string[] clientIds) =>
        new(issuer, [.. clientIds], [VerificationKey.FromPem(pem)]);
}

/// <summary>A public key for RS256 or ES256.</summary>
internal sealed class VerificationKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;

    private VerificationKey(string? id, RSA? rsa, ECDsa? ecdsa)
    {
        Id = id;
        _rsa = rsa;
        _ecdsa = ecdsa;
    }

    public string? Id { get; }

    public static VerificationKey FromJwk(JsonObject jwk)
    {
        byte[] Part(string name) => Base64.Url((string)jwk[name]!);
        var id = (string?)jwk["kid"];
        return (string?)jwk["kty"] switch
        {
            "RSA" => new VerificationKey(id, RSA.Create(new RSAParameters { Modulus = Part("n"), Exponent = Part("e") }), null),
            "EC" => new VerificationKey(id, null, ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Part("x"), Y = Part("y") },
            })),
            var other => throw new FormatException($"a JSON web key of type '{other}': RSA and EC are known"),
        };
    }

    public static VerificationKey FromPem(string pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new VerificationKey(null, rsa, null);
        }
        catch (CryptographicException)
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportFromPem(pem);
            return new VerificationKey(null, null, ecdsa);
        }
    }

    public bool Verifies(string algorithm, byte[] signed, byte[] signature) => (algorithm, _rsa, _ecdsa) switch
    {
        ("RS256", { } rsa, _) => rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ("ES256", _, { } ecdsa) => ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256),
        _ => false,
    };
}
