using System.Text;

namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>RFC 3986 encoding as Signature Version 4 asks for it: upper-case hex, only unreserved characters stay.</summary>
internal static class UriEncoding
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    public static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var result = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            if (b < 0x80 && Unreserved.Contains((char)b, StringComparison.Ordinal))
            {
                result.Append((char)b);
            }
            else
            {
                result.Append('%').Append(b.ToString("X2", null));
            }
        }

        return result.ToString();
    }

    /// <summary>Percent-decodes to bytes; a plus sign stays a plus sign.</summary>
    public static byte[] Decode(string text)
    {
        var raw = Encoding.UTF8.GetBytes(text);
        var result = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '%' && i + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[i + 1]) && char.IsAsciiHexDigit((char)raw[i + 2]))
            {
                result.Add(Convert.FromHexString(new string([(char)raw[i + 1], (char)raw[i + 2]]))[0]);
                i += 2;
            }
            else
            {
                result.Add(raw[i]);
            }
        }

        return [.. result];
    }
}
