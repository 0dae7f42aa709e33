using System.Buffers.Text;

namespace CsiSecrets.Tests.Aws.Oidc;

/// <summary>The URL alphabet without padding, as JWT and JWK have it.</summary>
internal static class Base64
{
    public static byte[] Url(string text) => Base64Url.DecodeFromChars(text);

    public static string Url(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
