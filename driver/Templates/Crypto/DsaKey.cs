using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A DSA key in the format that Sprig writes. Go's x509 signs nothing with it, so neither is here.</summary>
internal sealed class DsaKey(BigInteger[] numbers) : PrivateKey
{
    private const int Bits = 2048;

    public override string GoType => "*dsa.PrivateKey";

    public static DsaKey Generate()
    {
#pragma warning disable CA5384 // The template asked for DSA by name.
        using var dsa = DSA.Create(Bits);
#pragma warning restore CA5384
        var key = dsa.ExportParameters(includePrivateParameters: true);
        byte[][] numbers = [key.P!, key.Q!, key.G!, key.Y!, key.X!];
        return new DsaKey([.. numbers.Select(number => new BigInteger(number, isUnsigned: true, isBigEndian: true))]);
    }

    public static DsaKey Parse(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            reader.ReadInteger();
            return new DsaKey([.. Enumerable.Range(0, 5).Select(_ => reader.ReadInteger())]);
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("asn1: structure error", e);
        }
    }

    public override byte[] ToPem()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            foreach (var number in numbers)
            {
                writer.WriteInteger(number);
            }
        }

        return PemEncoder.Encode("DSA PRIVATE KEY", writer.Encode());
    }

    public override byte[] ToPkcs8() =>
        throw new TemplateFunctionException("x509: unknown key type while marshaling PKCS#8: *dsa.PrivateKey");

    public override byte[] PublicKeyInfo() => throw new TemplateFunctionException("x509: unsupported public key type: *dsa.PublicKey");

    public override (byte[] Signature, byte[] Algorithm) Sign(byte[] data) =>
        throw new TemplateFunctionException("x509: certificate private key does not implement crypto.Signer");
}
