using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Objects;

/// <summary>Text to bytes. Pure; scratch memory is cleared.</summary>
internal static class ValueDecoder
{
    /// <summary>The receiver owns the result. Throws <see cref="FormatException"/> when the text is not of that encoding.</summary>
    public static SecretBytes Decode(SecretBytes text, DecodingStrategy strategy)
    {
        if (strategy == DecodingStrategy.None)
        {
            return text.Share();
        }

        byte[] scratch = ArrayPool<byte>.Shared.Rent(text.Length + 4);
        try
        {
            int length = strategy switch
            {
                DecodingStrategy.Base64 => Base64Text(text.Span, scratch),
                DecodingStrategy.Base64Url => Base64UrlText(text.Span, scratch),
                _ => HexText(text.Span, scratch),
            };
            return length >= 0
                ? SecretBytes.Copy(scratch.AsSpan(0, length))
                : throw new FormatException($"the value is not {strategy.ToString().ToLowerInvariant()}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scratch);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static int Base64Text(ReadOnlySpan<byte> text, Span<byte> into) =>
        Base64.DecodeFromUtf8(text, into, out _, out int written) == OperationStatus.Done ? written : -1;

    private static int Base64UrlText(ReadOnlySpan<byte> text, Span<byte> into) =>
        Base64Url.DecodeFromUtf8(text, into, out _, out int written) == OperationStatus.Done ? written : -1;

    private static int HexText(ReadOnlySpan<byte> text, Span<byte> into)
    {
        text = text.Trim(" \t\r\n"u8);
        return Convert.FromHexString(text, into, out _, out int written) == OperationStatus.Done ? written : -1;
    }
}
