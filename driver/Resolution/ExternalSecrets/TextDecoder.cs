using System.Security.Cryptography;
using CsiSecrets.Model;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Decodes values as Go's encoding/base64 does: padding required, line breaks skipped.</summary>
internal static class TextDecoder
{
    /// <summary>The receiver owns the result; null when the text is not of that encoding.</summary>
    public static SecretBytes? Decode(SecretBytes text, ValueDecoding decoding) => decoding switch
    {
        ValueDecoding.Base64 => Standard(text.Span),
        ValueDecoding.Base64Url => Url(text.Span),
        ValueDecoding.Auto => Standard(text.Span) ?? Url(text.Span) ?? text.Share(),
        _ => text.Share(),
    };

    private static SecretBytes? Standard(ReadOnlySpan<byte> text)
    {
        if (GoBase64.Decode(text, out _) is not { } bytes)
        {
            return null;
        }

        try
        {
            return SecretBytes.Copy(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static SecretBytes? Url(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny((byte)'+', (byte)'/'))
        {
            return null;
        }

        byte[] standard = text.ToArray();
        try
        {
            standard.AsSpan().Replace((byte)'-', (byte)'+');
            standard.AsSpan().Replace((byte)'_', (byte)'/');
            return Standard(standard);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(standard);
        }
    }
}
