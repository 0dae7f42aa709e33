using System.Formats.Asn1;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Reads private keys: PKCS#8; any of the three formats (the operator); or by the PEM's type (Sprig).</summary>
internal static class PrivateKeyParser
{
    public static PrivateKey ParsePkcs8(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            reader.ReadInteger();
            var algorithm = reader.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            var key = reader.ReadOctetString();
            switch (oid)
            {
                case Oids.Rsa:
                    return RsaKey.ParsePkcs1(key);
                case Oids.EcPublicKey:
                    var named = algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier;
                    return EcKey.Parse(key, named ? algorithm.ReadObjectIdentifier() : null);
                case Oids.Ed25519:
                case Oids.X25519:
                    return Curve25519Key.Parse(oid, key);
                default:
                    throw new TemplateFunctionException($"x509: PKCS#8 wrapping contained private key with unknown algorithm: {oid}");
            }
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("x509: failed to parse PKCS#8 private key", e);
        }
    }

    /// <summary>PKCS#1, PKCS#8, then SEC1, whichever reads.</summary>
    public static PrivateKey ParseAny(ReadOnlyMemory<byte> der) =>
        Try(() => RsaKey.ParsePkcs1(der)) ?? Try(() => ParsePkcs8(der)) ?? Try(() => EcKey.Parse(der, null))
        ?? throw new TemplateFunctionException("unable to parse private key type");

    /// <summary>By the type in the PEM, as Sprig does.</summary>
    public static PrivateKey ParsePem(ReadOnlySpan<byte> pem)
    {
        if (PemDecoder.Decode(pem, out _) is not { } block)
        {
            throw new TemplateFunctionException("no PEM data in input");
        }

        return block.Type switch
        {
            PemBlock.PrivateKey => Named("decoding PEM as PKCS#8", () => ParsePkcs8(block.Bytes)),
            "RSA PRIVATE KEY" => Named("parsing RSA private key from PEM", () => RsaKey.ParsePkcs1(block.Bytes)),
            "EC PRIVATE KEY" => Named("parsing EC private key from PEM", () => EcKey.Parse(block.Bytes, null)),
            "DSA PRIVATE KEY" => Named("parsing DSA private key from PEM", () => DsaKey.Parse(block.Bytes)),
            var type when type.EndsWith(" PRIVATE KEY", StringComparison.Ordinal) =>
                throw new TemplateFunctionException($"invalid private key type {GoText(type)}"),
            var type => throw new TemplateFunctionException($"no private key data in PEM block of type {GoText(type)}"),
        };
    }

    private static PrivateKey Named(string doing, Func<PrivateKey> parse)
    {
        try
        {
            return parse();
        }
        catch (TemplateFunctionException e)
        {
            throw new TemplateFunctionException($"{doing}: {e.Message}", e);
        }
    }

    private static PrivateKey? Try(Func<PrivateKey> parse)
    {
        try
        {
            return parse();
        }
        catch (TemplateFunctionException)
        {
            return null;
        }
    }

    private static string GoText(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
