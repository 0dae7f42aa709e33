using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace CsiSecrets.Templates.Crypto;

/// <summary>bcrypt, htpasswd and derivePassword. What cannot be done is said in the result, as Sprig does.</summary>
internal static class Passwords
{
    private const int BcryptCost = 10;
    private const int BcryptMax = 72;
    private const int BcryptSalt = 16;
    private const int BcryptDigest = 23;

    private const string Base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const string BcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private const string Seed = "com.lyndir.masterpassword";

    public static string Bcrypt(ReadOnlySpan<byte> input, RandomFill fill)
    {
        if (input.Length > BcryptMax)
        {
            return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
        }

        var salt = new byte[BcryptSalt];
        fill(salt);
        // The terminator is part of the key, where there is room for it.
        byte[] key = input.Length < BcryptMax ? [.. input, 0] : input.ToArray();
        var digest = BCrypt.Generate(key, salt, BcryptCost, false);
        CryptographicOperations.ZeroMemory(key);
        return $"$2a${BcryptCost}${BcryptText(salt)}{BcryptText(digest[..BcryptDigest])}";
    }

    /// <param name="username">Without a colon.</param>
    /// <param name="password">Any bytes.</param>
    /// <param name="algorithm">sha for SHA-1; anything else is bcrypt.</param>
    /// <param name="fill">The random source of the salt.</param>
    public static byte[] Htpasswd(ReadOnlySpan<byte> username, ReadOnlySpan<byte> password, string algorithm, RandomFill fill)
    {
        if (username.Contains((byte)':'))
        {
            return [.. "invalid username: "u8, .. username];
        }

#pragma warning disable CA5350 // htpasswd's {SHA} is SHA-1.
        var hash = algorithm == "sha" ? "{SHA}" + Convert.ToBase64String(SHA1.HashData(password)) : Bcrypt(password, fill);
#pragma warning restore CA5350
        return [.. username, (byte)':', .. Encoding.ASCII.GetBytes(hash)];
    }

    /// <summary>The Master Password algorithm: scrypt over 32 MiB, then a template filled from an HMAC.</summary>
    public static string DerivePassword(
        uint counter, string passwordType, ReadOnlySpan<byte> password, ReadOnlySpan<byte> user, ReadOnlySpan<byte> site)
    {
        if (!PasswordTemplates.ByType.TryGetValue(passwordType, out var templates))
        {
            return $"cannot find password template {passwordType}";
        }

        byte[] key;
        try
        {
            key = SCrypt.Generate(password.ToArray(), [.. Encoding.ASCII.GetBytes(Seed), .. Length(user), .. user], 32768, 8, 2, 64);
        }
        catch (OutOfMemoryException e)
        {
            throw new TemplateFunctionException("failed to derive password: 32 MiB of memory are needed", e);
        }

        var number = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, counter);
        byte[] message = [.. Encoding.ASCII.GetBytes(Seed), .. Length(site), .. site, .. number];
        var seed = HMACSHA256.HashData(key, message);
        CryptographicOperations.ZeroMemory(key);
        var template = templates[seed[0] % templates.Length];
        return string.Concat(template.Select((kind, i) =>
        {
            var characters = PasswordTemplates.Characters(kind);
            return characters[seed[i + 1] % characters.Length];
        }));
    }

    private static byte[] Length(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, text.Length);
        return bytes;
    }

    private static string BcryptText(byte[] bytes) => string.Concat(
        Convert.ToBase64String(bytes).TrimEnd('=').Select(c => BcryptAlphabet[Base64Alphabet.IndexOf(c, StringComparison.Ordinal)]));
}
