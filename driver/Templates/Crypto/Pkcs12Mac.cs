using System.Formats.Asn1;
using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>The integrity check of a PKCS#12 file: HMAC with RFC 7292's derivation, or PBMAC1.</summary>
internal sealed class Pkcs12Mac
{
    private readonly ReadOnlyMemory<byte> algorithm;
    private readonly byte[] digest;
    private readonly byte[] salt;
    private readonly int iterations = 1;

    public Pkcs12Mac(AsnReader macData)
    {
        var mac = macData.ReadSequence();
        algorithm = mac.ReadEncodedValue();
        digest = mac.ReadOctetString();
        salt = macData.ReadOctetString();
        if (macData.HasData && macData.PeekTag() == Asn1Tag.Integer)
        {
            iterations = Pkcs12Kdf.ReadIterations(macData);
        }
    }

    public bool Verify(ReadOnlySpan<byte> content, Pkcs12Password password, Pkcs12Kdf kdf) =>
        CryptographicOperations.FixedTimeEquals(digest, Compute(content, password, kdf));

    private byte[] Compute(ReadOnlySpan<byte> content, Pkcs12Password password, Pkcs12Kdf kdf)
    {
        var identifier = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
        var oid = identifier.ReadObjectIdentifier();
        if (oid == Oids.Pbmac1)
        {
            var parameters = identifier.ReadSequence();
            var key = kdf.Pbkdf2(password, parameters.ReadSequence(), 0, named: true);
            return CryptographicOperations.HmacData(
                Pkcs12Kdf.HmacHash(parameters.ReadSequence().ReadObjectIdentifier()), key, content);
        }

        var hash = oid switch
        {
            Oids.Sha1 => HashAlgorithmName.SHA1,
            Oids.Sha256 => HashAlgorithmName.SHA256,
            Oids.Sha512 => HashAlgorithmName.SHA512,
            _ => throw new TemplateFunctionException($"pkcs12: MAC digest algorithm not supported: {oid}"),
        };
        return CryptographicOperations.HmacData(hash, kdf.DeriveMacKey(password, hash, salt, iterations), content);
    }
}
