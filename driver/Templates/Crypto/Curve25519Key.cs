using System.Formats.Asn1;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace CsiSecrets.Templates.Crypto;

/// <summary>An Ed25519 key (or X25519, which only PKCS#8 and PKCS#12 carry): 32 bytes of seed.</summary>
internal sealed class Curve25519Key(string oid, byte[] seed) : PrivateKey
{
    public const int SeedLength = 32;

    public override string GoType => oid == Oids.Ed25519 ? "ed25519.PrivateKey" : "*ecdh.PrivateKey";

    public byte[] PublicKey => oid == Oids.Ed25519
        ? new Ed25519PrivateKeyParameters(seed).GeneratePublicKey().GetEncoded()
        : new X25519PrivateKeyParameters(seed).GeneratePublicKey().GetEncoded();

    public static Curve25519Key Generate(RandomFill fill)
    {
        var seed = new byte[SeedLength];
        fill(seed);
        return new Curve25519Key(Oids.Ed25519, seed);
    }

    /// <param name="oid">Which of the two.</param>
    /// <param name="der">The octet string within PKCS#8's.</param>
    public static Curve25519Key Parse(string oid, ReadOnlyMemory<byte> der)
    {
        try
        {
            var seed = new AsnReader(der, AsnEncodingRules.DER).ReadOctetString();
            return seed.Length == SeedLength
                ? new Curve25519Key(oid, seed)
                : throw new TemplateFunctionException($"x509: invalid Ed25519 private key length: {seed.Length}");
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("x509: invalid Ed25519 private key", e);
        }
    }

    public override byte[] ToPkcs8()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(seed);
        return Pkcs8(algorithm => algorithm.WriteObjectIdentifier(oid), writer.Encode());
    }

    public override byte[] PublicKeyInfo() => PublicKeyInfo(oid, PublicKey);

    public static byte[] PublicKeyInfo(string oid, byte[] key) =>
        PublicKeyInfo(algorithm => algorithm.WriteObjectIdentifier(oid), key);

    public override (byte[] Signature, byte[] Algorithm) Sign(byte[] data)
    {
        if (oid != Oids.Ed25519)
        {
            throw new TemplateFunctionException("x509: only RSA, ECDSA and Ed25519 keys supported");
        }

        var signer = new Ed25519Signer();
        signer.Init(true, new Ed25519PrivateKeyParameters(seed));
        signer.BlockUpdate(data, 0, data.Length);
        return (signer.GenerateSignature(), Algorithm(Oids.Ed25519, false));
    }
}
