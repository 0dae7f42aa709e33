using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>rsaDecrypt.</summary>
internal static class RsaDecryption
{
    /// <summary>Go refuses to use smaller keys.</summary>
    private const int MinBits = 1024;

    /// <param name="scheme">None (the input comes back) or RSA-OAEP.</param>
    /// <param name="hash">SHA1, SHA256 or SHA512; anything else is SHA256.</param>
    /// <param name="input">The ciphertext's bytes.</param>
    /// <param name="privateKey">PEM.</param>
    public static byte[] RsaDecrypt(string scheme, string hash, ReadOnlySpan<byte> input, ReadOnlySpan<byte> privateKey)
    {
        switch (scheme)
        {
            case "None":
                return input.ToArray();
            case "RSA-OAEP":
                break;
            default:
                throw new TemplateFunctionException($"decryption scheme {scheme} is not supported");
        }

        if (PemDecoder.Decode(privateKey, out _) is not { } block)
        {
            throw new TemplateFunctionException("failed to decode PEM block");
        }

        if (ParseKey(block) is not RsaKey key)
        {
            throw new TemplateFunctionException("could not parse RSA private key");
        }

        if (key.Bits < MinBits)
        {
            throw new TemplateFunctionException($"error decrypting data with RSA: crypto/rsa: {key.Bits}-bit keys are insecure");
        }

        var algorithm = hash switch
        {
            "SHA1" => HashAlgorithmName.SHA1,
            "SHA512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
        return key.DecryptOaep(input, algorithm)
            ?? throw new TemplateFunctionException("error decrypting data with RSA: crypto/rsa: decryption error");
    }

    private static PrivateKey ParseKey(PemBlock block)
    {
        try
        {
            return PrivateKeyParser.ParseAny(block.Bytes);
        }
        catch (TemplateFunctionException e)
        {
            throw new TemplateFunctionException($"could not parse private key: {e.Message}", e);
        }
    }
}
