using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>encryptAES and decryptAES: AES-256-CBC, the password cut or zero-filled to the key, the IV in front, base64.</summary>
internal static class AesFunctions
{
    private const int KeyLength = 32;
    private const int Block = 16;

    public static byte[] EncryptAes(ReadOnlySpan<byte> password, ReadOnlySpan<byte> plaintext, RandomFill fill)
    {
        if (plaintext.IsEmpty)
        {
            return [];
        }

        var iv = new byte[Block];
        fill(iv);
        using var aes = Open(password);
        byte[] output = [.. iv, .. aes.EncryptCbc(plaintext, iv)];
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(output));
    }

    /// <summary>The last byte says how much to drop; nothing else of the padding is looked at, as in Sprig.</summary>
    public static byte[] DecryptAes(ReadOnlySpan<byte> password, ReadOnlySpan<byte> base64)
    {
        if (base64.IsEmpty)
        {
            return [];
        }

        var crypt = GoBase64.Decode(base64);
        if (crypt.Length < Block)
        {
            throw new TemplateFunctionException($"runtime error: slice bounds out of range [:{Block}] with capacity {base64.Length / 4 * 3}");
        }

        if (crypt.Length % Block != 0)
        {
            throw new TemplateFunctionException("crypto/cipher: input not full blocks");
        }

        if (crypt.Length == Block)
        {
            throw new TemplateFunctionException("runtime error: index out of range [-1]");
        }

        using var aes = Open(password);
        var plain = aes.DecryptCbc(crypt.AsSpan(Block), crypt.AsSpan(0, Block), PaddingMode.None);
        var kept = plain.Length - plain[^1];
        return kept < 0
            ? throw new TemplateFunctionException($"runtime error: slice bounds out of range [:{kept}]")
            : plain[..kept];
    }

    private static Aes Open(ReadOnlySpan<byte> password)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        key.Clear();
        password[..Math.Min(password.Length, KeyLength)].CopyTo(key);
        var aes = Aes.Create();
        aes.SetKey(key);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }
}
