using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>
/// buildCustomCert, genCA, genSelfSignedCert, genSignedCert and their forms with a key. Serial numbers come from the random
/// source and dates from the clock given; new RSA keys come from the system's random source.
/// </summary>
internal sealed class CertificateGeneration(RandomFill fill, DateTimeOffset now)
{
    private const int RsaBits = 2048;

    /// <summary>Both are base64 of PEM; they are checked and given back.</summary>
    public static GeneratedCertificate BuildCustomCert(ReadOnlySpan<byte> base64Cert, ReadOnlySpan<byte> base64Key)
    {
        var cert = GoBase64.Decode(base64Cert, out _) ?? throw new TemplateFunctionException("unable to decode base64 certificate");
        var key = GoBase64.Decode(base64Key, out _) ?? throw new TemplateFunctionException("unable to decode base64 private key");
        ParseCertificate(cert, "decodedCert.Bytes");
        ParseKey(key, "error parsing private key");
        return new GeneratedCertificate(cert, key);
    }

    public GeneratedCertificate GenCa(string commonName, long days) => Authority(commonName, days, RsaKey.Generate(RsaBits));

    public GeneratedCertificate GenCaWithKey(string commonName, long days, ReadOnlySpan<byte> keyPem) =>
        Authority(commonName, days, ParseKey(keyPem, "parsing private key"));

    public GeneratedCertificate GenSelfSignedCert(CertificateRequestNames names) => Make(names, false, RsaKey.Generate(RsaBits), null);

    public GeneratedCertificate GenSelfSignedCertWithKey(CertificateRequestNames names, ReadOnlySpan<byte> keyPem) =>
        Make(names, false, ParseKey(keyPem, "parsing private key"), null);

    public GeneratedCertificate GenSignedCert(CertificateRequestNames names, GeneratedCertificate authority) =>
        Make(names, false, RsaKey.Generate(RsaBits), authority);

    public GeneratedCertificate GenSignedCertWithKey(
        CertificateRequestNames names, GeneratedCertificate authority, ReadOnlySpan<byte> keyPem) =>
        Make(names, false, ParseKey(keyPem, "parsing private key"), authority);

    private GeneratedCertificate Authority(string commonName, long days, PrivateKey key) =>
        Make(new CertificateRequestNames(commonName, [], [], days), true, key, null);

    private GeneratedCertificate Make(CertificateRequestNames names, bool isCa, PrivateKey key, GeneratedCertificate? authority)
    {
        ParsedCertificate? issuer = null;
        var issuerKey = key;
        if (authority is not null)
        {
            issuer = ParseCertificate(authority.Cert, "decodedSignerCert.Bytes");
            issuerKey = ParseKey(authority.Key, "error parsing private key");
        }

        try
        {
            if (issuer is not null && !issuer.PublicKeyInfo.Span.SequenceEqual(issuerKey.PublicKeyInfo()))
            {
                throw new TemplateFunctionException("x509: provided PrivateKey doesn't match parent's PublicKey");
            }

            var der = new CertificateBuilder(names, isCa, fill, now).Build(key, issuer, issuerKey);
            return new GeneratedCertificate(PemEncoder.Encode(PemBlock.Certificate, der), key.ToPem());
        }
        catch (CryptographicException e)
        {
            throw new TemplateFunctionException("error creating certificate: the key cannot sign", e);
        }
        catch (TemplateFunctionException e) when (!e.Message.StartsWith("error ", StringComparison.Ordinal))
        {
            throw new TemplateFunctionException($"error creating certificate: {e.Message}", e);
        }
    }

    private static ParsedCertificate ParseCertificate(byte[] pem, string what)
    {
        var block = PemDecoder.Decode(pem, out _) ?? throw new TemplateFunctionException("unable to decode certificate");
        try
        {
            return ParsedCertificate.Parse(block.Bytes);
        }
        catch (TemplateFunctionException e)
        {
            throw new TemplateFunctionException($"error parsing certificate: {what}: {e.Message}", e);
        }
    }

    private static PrivateKey ParseKey(ReadOnlySpan<byte> pem, string doing)
    {
        try
        {
            return PrivateKeyParser.ParsePem(pem);
        }
        catch (TemplateFunctionException e)
        {
            throw new TemplateFunctionException($"{doing}: {e.Message}", e);
        }
    }
}
