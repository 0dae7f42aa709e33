using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A two-prime RSA private key, checked as Go checks it.</summary>
internal sealed class RsaKey : PrivateKey
{
    /// <summary>Larger ones are refused by Go and by OpenSSL alike, and cost too much.</summary>
    private const int MaxBits = 16384;

    private readonly BigInteger modulus;
    private readonly BigInteger exponent;
    private readonly BigInteger d;
    private readonly BigInteger p;
    private readonly BigInteger q;

    private RsaKey(BigInteger modulus, BigInteger exponent, BigInteger d, BigInteger p, BigInteger q)
    {
        (this.modulus, this.exponent, this.d, this.p, this.q) = (modulus, exponent, d, p, q);
    }

    public override string GoType => "*rsa.PrivateKey";

    public int Bits => (int)modulus.GetBitLength();

    /// <summary>The key of these numbers, where they make one.</summary>
    public static RsaKey Create(BigInteger modulus, BigInteger exponent, BigInteger d, BigInteger p, BigInteger q)
    {
        if (p <= 1 || q <= 1)
        {
            throw new TemplateFunctionException("modulus must be > 1");
        }

        if (modulus.GetBitLength() > MaxBits || exponent.GetBitLength() > 31 || d.GetBitLength() > MaxBits
            || p.GetBitLength() > MaxBits || q.GetBitLength() > MaxBits)
        {
            throw new TemplateFunctionException("crypto/rsa: key too large");
        }

        if (modulus != p * q)
        {
            throw new TemplateFunctionException("crypto/rsa: p * q != n");
        }

        if (exponent < 2 || exponent.IsEven || d <= 0)
        {
            throw new TemplateFunctionException("crypto/rsa: public exponent too small or even");
        }

        if (!(exponent * d % (p - 1)).IsOne || !(exponent * d % (q - 1)).IsOne)
        {
            throw new TemplateFunctionException("crypto/rsa: invalid exponents");
        }

        return new RsaKey(modulus, exponent, d, p, q);
    }

    public static RsaKey Generate(int bits)
    {
        using var rsa = RSA.Create(bits);
        var der = rsa.ExportRSAPrivateKey();
        try
        {
            return ParsePkcs1(der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    public static RsaKey ParsePkcs1(ReadOnlyMemory<byte> der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var reader = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (reader.ReadInteger() != 0)
            {
                throw new TemplateFunctionException("x509: unsupported private key version");
            }

            var key = Create(reader.ReadInteger(), reader.ReadInteger(), reader.ReadInteger(), reader.ReadInteger(), reader.ReadInteger());
            if (reader.ReadInteger() != key.d % (key.p - 1) || reader.ReadInteger() != key.d % (key.q - 1)
                || !(reader.ReadInteger() * key.q % key.p).IsOne)
            {
                throw new TemplateFunctionException("x509: invalid CRT values");
            }

            return key;
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("x509: failed to parse RSA private key", e);
        }
    }

    public byte[] ToPkcs1()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            writer.WriteInteger(modulus);
            writer.WriteInteger(exponent);
            writer.WriteInteger(d);
            writer.WriteInteger(p);
            writer.WriteInteger(q);
            writer.WriteInteger(d % (p - 1));
            writer.WriteInteger(d % (q - 1));
            writer.WriteInteger(Inverse(q, p));
        }

        return writer.Encode();
    }

    public override byte[] ToPkcs8() => Pkcs8(WriteAlgorithm, ToPkcs1());

    public override byte[] ToPem() => PemEncoder.Encode("RSA PRIVATE KEY", ToPkcs1());

    public override byte[] PublicKeyInfo() => PublicKeyInfo(modulus, exponent);

    public static byte[] PublicKeyInfo(BigInteger modulus, BigInteger exponent)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(modulus);
            writer.WriteInteger(exponent);
        }

        return PublicKeyInfo(WriteAlgorithm, writer.Encode());
    }

    public override (byte[] Signature, byte[] Algorithm) Sign(byte[] data)
    {
        using var rsa = Open();
        return (rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), Algorithm(Oids.RsaWithSha256, true));
    }

    /// <summary>Decrypts OAEP; null where the text is not of this key and hash.</summary>
    public byte[]? DecryptOaep(ReadOnlySpan<byte> text, HashAlgorithmName hash)
    {
        var size = (Bits + 7) / 8;
        if (text.Length > size)
        {
            return null;
        }

        var padded = new byte[size];
        text.CopyTo(padded.AsSpan(size - text.Length));
        using var rsa = Open();
        try
        {
            return rsa.Decrypt(padded, RSAEncryptionPadding.CreateOaep(hash));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private RSA Open()
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportPkcs8PrivateKey(ToPkcs8(), out _);
            return rsa;
        }
        catch (CryptographicException e)
        {
            rsa.Dispose();
            throw new TemplateFunctionException("crypto/rsa: invalid private key", e);
        }
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        writer.WriteObjectIdentifier(Oids.Rsa);
        writer.WriteNull();
    }

    /// <summary>The inverse by Euclid; a key whose primes share a factor is none.</summary>
    private static BigInteger Inverse(BigInteger value, BigInteger of)
    {
        var (oldR, r) = (value % of, of);
        var (oldS, s) = (BigInteger.One, BigInteger.Zero);
        while (!r.IsZero)
        {
            var quotient = oldR / r;
            (oldR, r) = (r, oldR - (quotient * r));
            (oldS, s) = (s, oldS - (quotient * s));
        }

        if (!oldR.IsOne)
        {
            throw new TemplateFunctionException("crypto/rsa: invalid prime factors");
        }

        return oldS.Sign < 0 ? oldS + of : oldS;
    }
}
