using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

public sealed class Pkcs12Tests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly GeneratedCertificate authority;
    private readonly GeneratedCertificate leaf;

    public Pkcs12Tests()
    {
        var generation = new CertificateGeneration(new SeededFill(1).Fill, Now);
        authority = generation.GenCaWithKey("ca", 365, KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(2).Fill));
        leaf = generation.GenSignedCertWithKey(
            new CertificateRequestNames("app", [], ["a.example"], 30), authority, KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(3).Fill));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("ünïcode")]
    public void FullPemToPkcs12Pass_Chain_IsReadByDotNetAndByUs(string password)
    {
        var pass = Encoding.UTF8.GetBytes(password);
        byte[] chain = [.. leaf.Cert, .. authority.Cert];
        var file = Convert.FromBase64String(Encoding.ASCII.GetString(
            Pkcs12Functions.FullPemToPkcs12Pass(chain, leaf.Key, pass, new SeededFill(4).Fill)));

        var loaded = X509CertificateLoader.LoadPkcs12Collection(file, password, X509KeyStorageFlags.EphemeralKeySet);
        Assert.Equal(2, loaded.Count);
        Assert.Single(loaded, certificate => certificate is { HasPrivateKey: true, Subject: "CN=app" });
        Assert.Equal(chain, Pkcs12Functions.Pkcs12CertPass(pass, file));
        Assert.StartsWith(
            "-----BEGIN PRIVATE KEY-----", Encoding.ASCII.GetString(Pkcs12Functions.Pkcs12KeyPass(pass, file)), StringComparison.Ordinal);
    }

    [Fact]
    public void PemToPkcs12_SameRandomSource_GivesTheSameFile() => Assert.Equal(
        Pkcs12Functions.PemToPkcs12(leaf.Cert, leaf.Key, new SeededFill(9).Fill),
        Pkcs12Functions.PemToPkcs12(leaf.Cert, leaf.Key, new SeededFill(9).Fill));

    [Fact]
    public void PemTruststoreToPkcs12Pass_Certificates_CarriesJavasMarkAndTheSubject()
    {
        var file = Convert.FromBase64String(Encoding.ASCII.GetString(
            Pkcs12Functions.PemTruststoreToPkcs12Pass(authority.Cert, "changeit"u8, new SeededFill(4).Fill)));
        var store = new Org.BouncyCastle.Pkcs.Pkcs12StoreBuilder().Build();
        store.Load(new MemoryStream(file), "changeit".ToCharArray());

        Assert.Equal(["CN=ca"], store.Aliases);
        Assert.NotNull(store.GetCertificate("CN=ca")[new Org.BouncyCastle.Asn1.DerObjectIdentifier("2.16.840.1.113894.746875.1.1")]);
    }

    [Theory]
    [InlineData("1.2.840.113549.1.12.1.6")]
    [InlineData("1.2.840.113549.1.12.1.3")]
    public void Pkcs12CertPass_OldCipherForCertificates_Reads(string algorithm)
    {
        var builder = new Org.BouncyCastle.Pkcs.Pkcs12StoreBuilder()
            .SetCertAlgorithm(new Org.BouncyCastle.Asn1.DerObjectIdentifier(algorithm));
        var store = builder.Build();
        var parsed = new Org.BouncyCastle.X509.X509CertificateParser().ReadCertificate(PemDecoder.Decode(leaf.Cert, out _)!.Bytes);
        var key = Org.BouncyCastle.Security.PrivateKeyFactory.CreateKey(PrivateKeyParser.ParsePem(leaf.Key).ToPkcs8());
        store.SetKeyEntry(
            "app", new Org.BouncyCastle.Pkcs.AsymmetricKeyEntry(key), [new Org.BouncyCastle.Pkcs.X509CertificateEntry(parsed)]);
        using var output = new MemoryStream();
        store.Save(output, "pässword".ToCharArray(), new Org.BouncyCastle.Security.SecureRandom());
        var file = Org.BouncyCastle.Pkcs.Pkcs12Utilities.ConvertToDefiniteLength(output.ToArray(), "pässword".ToCharArray());

        Assert.Equal(leaf.Cert, Pkcs12Functions.Pkcs12CertPass("pässword"u8, file));
        var failure = Assert.Throws<TemplateFunctionException>(() => Pkcs12Functions.Pkcs12CertPass("other"u8, file));
        Assert.EndsWith("decryption password incorrect", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pkcs12Key_AnyByteChanged_FailsOrGivesTheSame()
    {
        var file = Convert.FromBase64String(Encoding.ASCII.GetString(
            Pkcs12Functions.PemToPkcs12(leaf.Cert, leaf.Key, new SeededFill(4).Fill)));
        var key = Pkcs12Functions.Pkcs12Key(file);
        for (var i = 0; i < file.Length; i += 7)
        {
            var changed = (byte[])file.Clone();
            changed[i] ^= 0x55;
            try
            {
                Assert.Equal(key, Pkcs12Functions.Pkcs12Key(changed));
            }
            catch (TemplateFunctionException)
            {
                // The only way to fail.
            }
        }
    }
}
