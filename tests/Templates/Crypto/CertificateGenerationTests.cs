using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

public sealed class CertificateGenerationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly CertificateRequestNames Names = new("app", ["10.0.0.1", "::ffff:10.0.0.2", "2001:db8::1"], ["a.example", "b.example"], 30);

    [Theory]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public void GenSignedCert_ByGeneratedAuthority_IsTrustedThroughIt(string type)
    {
        var generation = new CertificateGeneration(new SeededFill(1).Fill, Now);
        var authority = generation.GenCaWithKey("ca", 365, KeyGeneration.GenPrivateKey(type, new SeededFill(2).Fill));
        var leaf = generation.GenSignedCert(Names, authority);
        using var root = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(authority.Cert));
        using var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(leaf.Cert), Encoding.ASCII.GetString(leaf.Key));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime.AddDays(1);

        Assert.True(chain.Build(certificate), string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.Equal("CN=app", certificate.Subject);
        Assert.Equal(Now.UtcDateTime.AddDays(30), certificate.NotAfter.ToUniversalTime());
        Assert.Equal(["a.example", "b.example", "10.0.0.1", "10.0.0.2", "2001:db8::1"], CertificateFunctions.CertSans(leaf.Cert));
    }

    /// <summary>As in Go: no key id equals no key id, so a root without one for its authority takes the leaf for its parent.</summary>
    [Fact]
    public void FilterCertChain_GeneratedAuthorityAndLeaf_FindsNoLeaf()
    {
        var generation = new CertificateGeneration(new SeededFill(1).Fill, Now);
        var key = KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(2).Fill);
        var authority = generation.GenCaWithKey("ca", 365, key);
        byte[] both = [.. authority.Cert, .. generation.GenSignedCertWithKey(Names, authority, key).Cert];

        var failure = Assert.Throws<TemplateFunctionException>(() => CertificateFunctions.FilterCertChain("leaf"u8, both));

        Assert.Equal("no leaf certificate found", failure.Message);
    }

    [Fact]
    public void GenSelfSignedCertWithKey_Ed25519SameSeed_GivesTheSameCertificate()
    {
        var key = KeyGeneration.GenPrivateKey("ed25519", new SeededFill(3).Fill);
        var first = new CertificateGeneration(new SeededFill(4).Fill, Now).GenSelfSignedCertWithKey(Names, key);
        var second = new CertificateGeneration(new SeededFill(4).Fill, Now).GenSelfSignedCertWithKey(Names, key);

        Assert.Equal(first.Cert, second.Cert);
        Assert.Equal(key, first.Key);
        Assert.NotEmpty(CertificateFunctions.CertSans(first.Cert));
        Assert.DoesNotContain("PRIVATE", first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void GenSelfSignedCertWithKey_Ed25519_VerifiesWithItsOwnKey()
    {
        var key = KeyGeneration.GenPrivateKey("ed25519", new SeededFill(3).Fill);
        var cert = new CertificateGeneration(new SeededFill(4).Fill, Now).GenSelfSignedCertWithKey(Names, key).Cert;
        var parsed = new Org.BouncyCastle.X509.X509CertificateParser().ReadCertificate(PemDecoder.Decode(cert, out _)!.Bytes);

        parsed.Verify(parsed.GetPublicKey());
    }

    [Theory]
    [InlineData("rsa", "RSA PRIVATE KEY")]
    [InlineData("dsa", "DSA PRIVATE KEY")]
    [InlineData("ecdsa", "EC PRIVATE KEY")]
    [InlineData("ed25519", "PRIVATE KEY")]
    public void GenPrivateKey_Type_ReadsBackTheSame(string type, string pemType)
    {
        var pem = KeyGeneration.GenPrivateKey(type, new SeededFill(5).Fill);

        Assert.StartsWith($"-----BEGIN {pemType}-----\n", Encoding.ASCII.GetString(pem), StringComparison.Ordinal);
        Assert.Equal(pem, PrivateKeyParser.ParsePem(pem).ToPem());
    }

    [Fact]
    public void GenSignedCert_KeyOfAnotherAuthority_Fails()
    {
        var generation = new CertificateGeneration(new SeededFill(1).Fill, Now);
        var one = generation.GenCaWithKey("one", 1, KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(6).Fill));
        var other = KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(7).Fill);

        var failure = Assert.Throws<TemplateFunctionException>(
            () => generation.GenSignedCertWithKey(Names, new GeneratedCertificate(one.Cert, other), other));

        Assert.Contains("doesn't match parent's PublicKey", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("010.0.0.1")]
    [InlineData("10.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    public void GenSelfSignedCert_BadAddress_FailsByName(string address)
    {
        var generation = new CertificateGeneration(new SeededFill(1).Fill, Now);
        var key = KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(6).Fill);

        var failure = Assert.Throws<TemplateFunctionException>(
            () => generation.GenSelfSignedCertWithKey(new CertificateRequestNames("x", [address], [], 1), key));

        Assert.Equal($"error parsing ip: {address}", failure.Message);
    }
}
