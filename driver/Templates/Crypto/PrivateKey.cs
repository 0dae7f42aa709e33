using System.Formats.Asn1;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A private key in memory for the length of a call. Never shown: its text is its kind.</summary>
internal abstract class PrivateKey
{
    /// <summary>Go's name of the type, for messages.</summary>
    public abstract string GoType { get; }

    /// <summary>PKCS#8 as Go writes it: no attributes, an EC key without its curve in the inner part.</summary>
    public abstract byte[] ToPkcs8();

    /// <summary>SubjectPublicKeyInfo.</summary>
    public abstract byte[] PublicKeyInfo();

    /// <summary>The PEM that genPrivateKey and the certificates give: PKCS#1 for RSA, SEC1 for EC, else PKCS#8.</summary>
    public virtual byte[] ToPem() => PemEncoder.Encode(PemBlock.PrivateKey, ToPkcs8());

    /// <summary>The signature over the bytes and its AlgorithmIdentifier, as Go's x509 picks it for the key.</summary>
    public abstract (byte[] Signature, byte[] Algorithm) Sign(byte[] data);

    public override string ToString() => GoType;

    protected static byte[] Pkcs8(Action<AsnWriter> algorithm, byte[] key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                algorithm(writer);
            }

            writer.WriteOctetString(key);
        }

        return writer.Encode();
    }

    protected static byte[] PublicKeyInfo(Action<AsnWriter> algorithm, byte[] key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                algorithm(writer);
            }

            writer.WriteBitString(key);
        }

        return writer.Encode();
    }

    protected static byte[] Algorithm(string oid, bool nullParameters)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (nullParameters)
            {
                writer.WriteNull();
            }
        }

        return writer.Encode();
    }
}
