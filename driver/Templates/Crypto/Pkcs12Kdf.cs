using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Key derivation of PKCS#12 files, with a bound on the work that one file may ask for.</summary>
internal sealed class Pkcs12Kdf
{
    /// <summary>About a second of SHA-1 rounds; files of today's tools ask for tens of thousands.</summary>
    private const int MaxIterations = 2_000_000;

    private int left = MaxIterations;

    /// <summary>Appendix B of RFC 7292 with SHA-1: key, then IV.</summary>
    public (byte[] Key, byte[] Iv) Derive(Pkcs12Password password, byte[] salt, int iterations, int keySize, int ivSize)
    {
        Charge(2 * (long)iterations);
        var generator = new Pkcs12ParametersGenerator(new Sha1Digest());
        generator.Init(password.Bmp, salt, iterations);
        // RC4 is only a name here: its parameters are the raw bytes, without parity or effective bits.
        var parameters = (ParametersWithIV)generator.GenerateDerivedParameters("RC4", 8 * keySize, 8 * ivSize);
        return (((KeyParameter)parameters.Parameters).GetKey(), parameters.GetIV());
    }

    /// <summary>The MAC's key, in the digest's length.</summary>
    public byte[] DeriveMacKey(Pkcs12Password password, HashAlgorithmName hash, byte[] salt, int iterations)
    {
        Charge(iterations);
        IDigest digest = hash.Name switch
        {
            "SHA256" => new Sha256Digest(),
            "SHA512" => new Sha512Digest(),
            _ => new Sha1Digest(),
        };
        var generator = new Pkcs12ParametersGenerator(digest);
        generator.Init(password.Bmp, salt, iterations);
        return ((KeyParameter)generator.GenerateDerivedMacParameters(8 * digest.GetDigestSize())).GetKey();
    }

    /// <param name="password">UTF-8 form is used.</param>
    /// <param name="algorithm">PBKDF2's AlgorithmIdentifier, at its beginning.</param>
    /// <param name="size">Key length in bytes where the parameters name none.</param>
    /// <param name="named">Whether the parameters must name the length, of at least 20 bytes (PBMAC1).</param>
    public byte[] Pbkdf2(Pkcs12Password password, AsnReader algorithm, int size, bool named)
    {
        var kdf = algorithm.ReadObjectIdentifier();
        if (kdf != Oids.Pbkdf2)
        {
            throw new TemplateFunctionException($"pkcs12: kdf algorithm {kdf} is not supported");
        }

        var parameters = algorithm.ReadSequence();
        if (parameters.PeekTag() != Asn1Tag.PrimitiveOctetString)
        {
            throw new TemplateFunctionException("pkcs12: only octet string salts are supported for pbkdf2");
        }

        var salt = parameters.ReadOctetString();
        var iterations = ReadIterations(parameters);
        if (parameters.HasData && parameters.PeekTag() == Asn1Tag.Integer)
        {
            var length = ReadIterations(parameters);
            size = named ? length : size;
        }
        else if (named)
        {
            size = 0;
        }

        if (named && size is < 20 or > 1024)
        {
            throw new TemplateFunctionException("pkcs12: PBMAC1 key length is too short");
        }

        var prf = parameters.HasData ? parameters.ReadSequence().ReadObjectIdentifier() : Oids.HmacSha1;
        Charge(iterations);
        return Rfc2898DeriveBytes.Pbkdf2(password.Utf8, salt, iterations, HmacHash(prf), size);
    }

    public static HashAlgorithmName HmacHash(string oid) => oid switch
    {
        Oids.HmacSha1 => HashAlgorithmName.SHA1,
        Oids.HmacSha256 => HashAlgorithmName.SHA256,
        Oids.HmacSha384 => HashAlgorithmName.SHA384,
        Oids.HmacSha512 => HashAlgorithmName.SHA512,
        _ => throw new TemplateFunctionException($"pkcs12: pseudorandom function {oid} is not supported"),
    };

    public static int ReadIterations(AsnReader reader) => reader.TryReadInt32(out var value) && value > 0
        ? value
        : throw new TemplateFunctionException("pkcs12: iteration count or length out of range");

    private void Charge(long iterations)
    {
        if (iterations > left)
        {
            throw new TemplateFunctionException($"pkcs12: more than {MaxIterations} key derivation rounds");
        }

        left -= (int)iterations;
    }
}
