using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>The operator's PKCS#12 functions. Files are raw bytes when read, base64 when written; certificates and keys are PEM.</summary>
internal static class Pkcs12Functions
{
    /// <summary>Go's own failure where the operator does not look whether there was PEM.</summary>
    private const string NilPointer = "runtime error: invalid memory address or nil pointer dereference";

    public static byte[] Pkcs12Key(ReadOnlySpan<byte> input) => Pkcs12KeyPass([], input);

    public static byte[] Pkcs12KeyPass(ReadOnlySpan<byte> pass, ReadOnlySpan<byte> input) =>
        PemEncoder.Encode(PemBlock.PrivateKey, Read("unable to decode pkcs12 with password", pass, input).Key.ToPkcs8());

    public static byte[] Pkcs12Cert(ReadOnlySpan<byte> input) => Pkcs12CertPass([], input);

    /// <summary>Leaf to root where the certificates make one chain, else as found.</summary>
    public static byte[] Pkcs12CertPass(ReadOnlySpan<byte> pass, ReadOnlySpan<byte> input)
    {
        var certificates = Read("unable to decode pkcs12 certificate with password", pass, input).Certificates;
        try
        {
            certificates = CertificateChain.Order(certificates);
        }
        catch (TemplateFunctionException)
        {
            // Left as found: the order is a courtesy.
        }

        return [.. certificates.SelectMany(certificate => certificate.ToPem())];
    }

    public static byte[] PemToPkcs12(ReadOnlySpan<byte> cert, ReadOnlySpan<byte> key, RandomFill fill) =>
        PemToPkcs12Pass(cert, key, [], fill);

    /// <summary>The first certificate only.</summary>
    public static byte[] PemToPkcs12Pass(ReadOnlySpan<byte> cert, ReadOnlySpan<byte> key, ReadOnlySpan<byte> pass, RandomFill fill) =>
        WriteKeyStore([FirstCertificate(cert, out _)], key, pass, fill);

    public static byte[] FullPemToPkcs12(ReadOnlySpan<byte> cert, ReadOnlySpan<byte> key, RandomFill fill) =>
        FullPemToPkcs12Pass(cert, key, [], fill);

    /// <summary>The first certificate, and all others as its chain.</summary>
    public static byte[] FullPemToPkcs12Pass(ReadOnlySpan<byte> cert, ReadOnlySpan<byte> key, ReadOnlySpan<byte> pass, RandomFill fill)
    {
        var first = FirstCertificate(cert, out var rest);
        return WriteKeyStore([first, .. AllCertificates(rest)], key, pass, fill);
    }

    public static byte[] PemTruststoreToPkcs12(ReadOnlySpan<byte> certs, RandomFill fill) => PemTruststoreToPkcs12Pass(certs, [], fill);

    public static byte[] PemTruststoreToPkcs12Pass(ReadOnlySpan<byte> certs, ReadOnlySpan<byte> pass, RandomFill fill) =>
        ToBase64(new Pkcs12Writer(Pkcs12Password.Of(pass), fill).WriteTrustStore(AllCertificates(certs)));

    private static byte[] WriteKeyStore(
        IReadOnlyList<ParsedCertificate> certificates, ReadOnlySpan<byte> key, ReadOnlySpan<byte> pass, RandomFill fill)
    {
        var block = PemDecoder.Decode(key, out _) ?? throw new TemplateFunctionException(NilPointer);
        var parsed = PrivateKeyParser.ParseAny(block.Bytes);
        return ToBase64(new Pkcs12Writer(Pkcs12Password.Of(pass), fill).WriteKeyStore(parsed, certificates));
    }

    private static ParsedCertificate FirstCertificate(ReadOnlySpan<byte> pem, out ReadOnlySpan<byte> rest)
    {
        var block = PemDecoder.Decode(pem, out rest) ?? throw new TemplateFunctionException(NilPointer);
        return ParsedCertificate.Parse(block.Bytes);
    }

    /// <summary>Text after the last block fails, as it does in Go.</summary>
    private static List<ParsedCertificate> AllCertificates(ReadOnlySpan<byte> pem)
    {
        var certificates = new List<ParsedCertificate>();
        while (pem.Length > 0)
        {
            certificates.Add(FirstCertificate(pem, out pem));
        }

        return certificates;
    }

    private static Pkcs12Content Read(string failure, ReadOnlySpan<byte> pass, ReadOnlySpan<byte> input)
    {
        try
        {
            return Pkcs12Reader.Read(input, pass);
        }
        catch (TemplateFunctionException e)
        {
            throw new TemplateFunctionException($"{failure}: {e.Message}", e);
        }
    }

    private static byte[] ToBase64(byte[] bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
}
