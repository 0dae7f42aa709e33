using System.Formats.Asn1;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Go refuses a certificate whose key is of a known kind and malformed; other kinds pass unread.</summary>
internal static class PublicKeyCheck
{
    public static void Check(ReadOnlyMemory<byte> info)
    {
        var reader = new AsnReader(info, AsnEncodingRules.DER).ReadSequence();
        var algorithm = reader.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var key = reader.ReadBitString(out _);
        switch (oid)
        {
            case Oids.Rsa:
                CheckRsa(key);
                break;
            case Oids.EcPublicKey:
                var curve = EcCurve.ByOid(algorithm.ReadObjectIdentifier())
                    ?? throw new TemplateFunctionException("x509: unsupported elliptic curve");
                if (!curve.IsPoint(key))
                {
                    throw new TemplateFunctionException("x509: failed to unmarshal elliptic curve point");
                }

                break;
            case Oids.Ed25519 when key.Length != Curve25519Key.SeedLength:
                throw new TemplateFunctionException("x509: wrong Ed25519 public key size");
            default:
                break;
        }
    }

    private static void CheckRsa(byte[] key)
    {
        var numbers = new AsnReader(key, AsnEncodingRules.DER).ReadSequence();
        if (numbers.ReadInteger().Sign <= 0)
        {
            throw new TemplateFunctionException("x509: RSA modulus is not a positive number");
        }

        if (numbers.ReadInteger().Sign <= 0)
        {
            throw new TemplateFunctionException("x509: RSA public exponent is not a positive number");
        }
    }
}
