using System.Text;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

/// <summary>Damaged input fails with the one exception that the engine expects, or not at all.</summary>
public sealed class HostileInputTests
{
    private const int Rounds = 400;

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("ecdsa")]
    [InlineData("ed25519")]
    public void CertificatesAndKeys_Damaged_FailAsTemplateFunctions(string type)
    {
        var key = KeyGeneration.GenPrivateKey(type, new SeededFill(1).Fill);
        var names = new CertificateRequestNames("app", ["10.0.0.1", "2001:db8::1"], ["a.example"], 30);
        var certificate = new CertificateGeneration(new SeededFill(2).Fill, Now).GenSelfSignedCertWithKey(names, key).Cert;
        var damage = new Random(3);
        for (var i = 0; i < Rounds; i++)
        {
            var cert = Damaged(certificate, damage);
            var damagedKey = Damaged(key, damage);
            Tolerate(() => CertificateFunctions.CertSans(cert));
            Tolerate(() => CertificateFunctions.FilterCertChain("root"u8, cert));
            Tolerate(() => PrivateKeyParser.ParsePem(damagedKey).ToPem());
            Tolerate(() => Pkcs12Functions.PemTruststoreToPkcs12(cert, new SeededFill(i).Fill));
        }
    }

    [Fact]
    public void Jwk_DamagedText_FailsAsATemplateFunction()
    {
        var text = """{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB","d":"AQ\u0041B","kid":"a"}"""u8.ToArray();
        var damage = new Random(3);
        for (var i = 0; i < Rounds; i++)
        {
            var json = (byte[])text.Clone();
            json[damage.Next(json.Length)] = (byte)damage.Next(256);
            Tolerate(() => JwkFunctions.JwkPublicKeyPem(json));
            Tolerate(() => JwkFunctions.JwkPrivateKeyPem(json));
        }
    }

    [Theory]
    [InlineData("""{"kty":"EC","crv":"\ud800","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":5}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"AA","q":"AQAB"}""")]
    [InlineData("5")]
    public void Jwk_OddText_Fails(string json) =>
        Assert.Throws<TemplateFunctionException>(() => JwkFunctions.JwkPrivateKeyPem(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void RsaKey_HugePrimes_IsRefusedAtOnce()
    {
        var huge = Convert.ToBase64String(Enumerable.Repeat((byte)0xff, 1 << 20).ToArray()).Replace('/', '_').Replace('+', '-');
        var json = $$"""{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"{{huge}}","q":"{{huge}}"}""";

        var failure = Assert.Throws<TemplateFunctionException>(() => JwkFunctions.JwkPrivateKeyPem(Encoding.UTF8.GetBytes(json)));

        Assert.Contains("key too large", failure.Message, StringComparison.Ordinal);
    }

    private static byte[] Damaged(byte[] pem, Random damage)
    {
        var block = PemDecoder.Decode(pem, out _)!;
        for (var i = damage.Next(1, 4); i > 0; i--)
        {
            block.Bytes[damage.Next(block.Bytes.Length)] = (byte)damage.Next(256);
        }

        return PemEncoder.Encode(block.Type, block.Bytes);
    }

    private static void Tolerate(Action call)
    {
        try
        {
            call();
        }
        catch (TemplateFunctionException)
        {
            // The only way to fail.
        }
    }
}
