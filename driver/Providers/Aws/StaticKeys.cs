using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>
/// Static keys in the Secret of <c>nodePublishSecretRef</c>: <c>access_key_id</c>, <c>secret_access_key</c> and, for temporary ones,
/// <c>session_token</c>; in any case, with <c>-</c> or <c>_</c>, with or without <c>aws_</c>; <c>access-key</c> as ESO's examples have it.
/// </summary>
internal sealed class StaticKeys
{
    public required string AccessKeyId { get; init; }

    /// <summary>The request's own bytes, as they stand: they live and are cleared with the request.</summary>
    public required SecretBytes SecretKey { get; init; }

    public SecretBytes? SessionToken { get; init; }

    /// <summary>Null when the Secret holds no such key at all. Throws NodePublishSecretMissing when it holds but a part.</summary>
    public static StaticKeys? Find(IReadOnlyDictionary<string, SecretBytes> secret, string classRef)
    {
        SecretBytes? id = Value(secret, "access_key_id", "access_key");
        SecretBytes? key = Value(secret, "secret_access_key", "secret_key");
        if (id is null && key is null)
        {
            return null;
        }

        if (id is null || key is null)
        {
            throw new SecretsException(
                FailureReason.NodePublishSecretMissing,
                $"SecretProviderClass {classRef}: the Secret of nodePublishSecretRef",
                $"key {(id is null ? "access_key_id" : "secret_access_key")} is missing",
                "static keys need access_key_id and secret_access_key");
        }

        return new StaticKeys
        {
            AccessKeyId = Encoding.UTF8.GetString(Trim(id.Span)),
            SecretKey = key,
            SessionToken = Value(secret, "session_token"),
        };
    }

    /// <summary>A keyed hash that tells keys apart and reveals nothing.</summary>
    public string Hash(byte[] hashKey)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, hashKey);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{AccessKeyId.Length}:{AccessKeyId}{SecretKey.Length}:"));
        hmac.AppendData(SecretKey.Span);
        if (SessionToken is { } token)
        {
            hmac.AppendData(token.Span);
        }

        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    private static SecretBytes? Value(IReadOnlyDictionary<string, SecretBytes> secret, params ReadOnlySpan<string> names)
    {
        foreach ((string key, SecretBytes value) in secret)
        {
            string plain = key.ToLowerInvariant().Replace('-', '_');
            plain = plain.StartsWith("aws_", StringComparison.Ordinal) ? plain[4..] : plain;
            if (names.Contains(plain) && Trim(value.Span).Length > 0)
            {
                return value;
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);
}
