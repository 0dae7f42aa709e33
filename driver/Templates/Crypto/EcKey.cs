using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>An EC private key: a scalar on one of the NIST curves, and its point.</summary>
internal sealed class EcKey(EcCurve curve, byte[] scalar, byte[] point) : PrivateKey
{
    public override string GoType => "*ecdsa.PrivateKey";

    public static EcKey Generate(EcCurve curve, RandomFill fill) => FromScalar(curve, curve.RandomScalar(fill));

    /// <param name="der">SEC1's ECPrivateKey.</param>
    /// <param name="curveOid">The curve that PKCS#8 named; null where the key must name its own.</param>
    public static EcKey Parse(ReadOnlyMemory<byte> der, string? curveOid)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var reader = outer.ReadSequence();
            if (reader.ReadInteger() != BigInteger.One)
            {
                throw new TemplateFunctionException("x509: unknown EC private key version");
            }

            var bytes = reader.ReadOctetString();
            var parameters = new Asn1Tag(TagClass.ContextSpecific, 0, true);
            if (reader.HasData && reader.PeekTag() == parameters)
            {
                var named = reader.ReadSequence(parameters).ReadObjectIdentifier();
                curveOid ??= named;
            }

            var curve = EcCurve.ByOid(curveOid ?? "") ?? throw new TemplateFunctionException("x509: unknown elliptic curve");
            var scalar = curve.Scalar(bytes) ?? throw new TemplateFunctionException("x509: invalid elliptic curve private key value");
            if (scalar.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                throw new TemplateFunctionException("x509: invalid elliptic curve private key value");
            }

            return FromScalar(curve, scalar);
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("x509: failed to parse EC private key", e);
        }
    }

    public override byte[] ToPkcs8() => Pkcs8(WriteAlgorithm, ToSec1(named: false));

    public override byte[] ToPem() => PemEncoder.Encode("EC PRIVATE KEY", ToSec1(named: true));

    public override byte[] PublicKeyInfo() => PublicKeyInfo(curve, point);

    public static byte[] PublicKeyInfo(EcCurve curve, byte[] point) => PublicKeyInfo(
        writer =>
        {
            writer.WriteObjectIdentifier(Oids.EcPublicKey);
            writer.WriteObjectIdentifier(curve.Oid);
        },
        point);

    public override (byte[] Signature, byte[] Algorithm) Sign(byte[] data)
    {
        var (hash, oid) = curve.Name switch
        {
            "P-384" => (HashAlgorithmName.SHA384, Oids.EcdsaWithSha384),
            "P-521" => (HashAlgorithmName.SHA512, Oids.EcdsaWithSha512),
            _ => (HashAlgorithmName.SHA256, Oids.EcdsaWithSha256),
        };
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(ToPkcs8(), out _);
        return (ecdsa.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence), Algorithm(oid, false));
    }

    private static EcKey FromScalar(EcCurve curve, byte[] scalar) => new(curve, scalar, curve.PublicPoint(scalar));

    private byte[] ToSec1(bool named)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(scalar);
            if (named)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteObjectIdentifier(curve.Oid);
                }
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                writer.WriteBitString(point);
            }
        }

        return writer.Encode();
    }

    private void WriteAlgorithm(AsnWriter writer)
    {
        writer.WriteObjectIdentifier(Oids.EcPublicKey);
        writer.WriteObjectIdentifier(curve.Oid);
    }
}
