using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Decrypts the parts of a PKCS#12 file: 3DES and RC2 with SHA-1 (old), PBES2 with AES-CBC (modern).</summary>
internal static class Pkcs12Cipher
{
    private const int OldBlock = 8;

    /// <param name="algorithm">The AlgorithmIdentifier's contents.</param>
    public static byte[] Decrypt(AsnReader algorithm, byte[] encrypted, Pkcs12Password password, Pkcs12Kdf kdf)
    {
        if (encrypted.Length == 0)
        {
            throw new TemplateFunctionException("pkcs12: empty encrypted data");
        }

        var oid = algorithm.ReadObjectIdentifier();
        var parameters = algorithm.ReadSequence();
        try
        {
            return oid switch
            {
                Oids.Pbes2 => DecryptPbes2(parameters, encrypted, password, kdf),
                Oids.PbeSha1TripleDes => DecryptOld(new DesEdeEngine(), 24, parameters, encrypted, password, kdf),
                Oids.PbeSha1Rc2With40Bits => DecryptOld(new RC2Engine(), 5, parameters, encrypted, password, kdf),
                _ => throw new TemplateFunctionException($"pkcs12: algorithm {oid} is not supported"),
            };
        }
        catch (Exception e) when (e is CryptographicException or CryptoException or ArgumentException)
        {
            throw new TemplateFunctionException("pkcs12: decryption error, incorrect padding", e);
        }
    }

    private static byte[] DecryptPbes2(AsnReader parameters, byte[] encrypted, Pkcs12Password password, Pkcs12Kdf kdf)
    {
        var derivation = parameters.ReadSequence();
        var scheme = parameters.ReadSequence();
        var oid = scheme.ReadObjectIdentifier();
        var size = oid switch
        {
            Oids.Aes128Cbc => 16,
            Oids.Aes192Cbc => 24,
            Oids.Aes256Cbc => 32,
            _ => throw new TemplateFunctionException($"pkcs12: pbes2 algorithm {oid} is not supported"),
        };
        var iv = scheme.ReadOctetString();
        using var aes = Aes.Create();
        aes.Key = kdf.Pbkdf2(password, derivation, size, named: false);
        return aes.DecryptCbc(encrypted, iv);
    }

    private static byte[] DecryptOld(
        IBlockCipher engine, int keySize, AsnReader parameters, byte[] encrypted, Pkcs12Password password, Pkcs12Kdf kdf)
    {
        var salt = parameters.ReadOctetString();
        var (key, iv) = kdf.Derive(password, salt, Pkcs12Kdf.ReadIterations(parameters), keySize, OldBlock);
        if (encrypted.Length % OldBlock != 0)
        {
            throw new TemplateFunctionException("pkcs12: input is not a multiple of the block size");
        }

        var cipher = new CbcBlockCipher(engine);
        ICipherParameters parameter = engine is RC2Engine ? new RC2Parameters(key, 8 * keySize) : new DesEdeParameters(key);
        cipher.Init(false, new ParametersWithIV(parameter, iv));
        var plain = new byte[encrypted.Length];
        for (var at = 0; at < encrypted.Length; at += OldBlock)
        {
            cipher.ProcessBlock(encrypted, at, plain, at);
        }

        var padding = plain[^1];
        if (padding is 0 or > OldBlock || plain.AsSpan(plain.Length - padding).IndexOfAnyExcept(padding) >= 0)
        {
            throw new TemplateFunctionException("pkcs12: decryption error, incorrect padding");
        }

        return plain[..^padding];
    }
}
