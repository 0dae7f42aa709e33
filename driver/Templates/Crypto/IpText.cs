using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CsiSecrets.Templates.Crypto;

/// <summary>IP addresses in Go's text: RFC 5952, an IPv4-mapped address as IPv4, no embedded dots otherwise.</summary>
internal static class IpText
{
    private const int Groups = 8;

    /// <param name="address">4 or 16 bytes.</param>
    public static string Format(ReadOnlySpan<byte> address)
    {
        if (address.Length == 4 || IsMapped(address))
        {
            return new IPAddress(address[^4..]).ToString();
        }

        var (zeros, zeroCount) = LongestZeros(address);
        var text = "";
        for (var i = 0; i < Groups; i++)
        {
            if (i == zeros)
            {
                text += "::";
                i += zeroCount - 1;
                continue;
            }

            if (text.Length > 0 && !text.EndsWith(':'))
            {
                text += ":";
            }

            text += Group(address, i).ToString("x", CultureInfo.InvariantCulture);
        }

        return text;
    }

    /// <summary>4 or 16 bytes; null where Go's net.ParseIP gives none.</summary>
    public static byte[]? Parse(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return ParseFour(text);
        }

        if (text.AsSpan().ContainsAny("%[]/") || !IPAddress.TryParse(text, out var address)
            || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return IsMapped(bytes) ? bytes[^4..] : bytes;
    }

    private static byte[]? ParseFour(string text)
    {
        var parts = text.Split('.');
        var bytes = new byte[4];
        if (parts.Length != bytes.Length)
        {
            return null;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            if ((parts[i].Length > 1 && parts[i][0] == '0')
                || !byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static bool IsMapped(ReadOnlySpan<byte> address) =>
        address[..10].IndexOfAnyExcept((byte)0) < 0 && address[10] == 0xff && address[11] == 0xff;

    private static int Group(ReadOnlySpan<byte> address, int i) => address[2 * i] << 8 | address[(2 * i) + 1];

    /// <summary>The first longest run of at least two zero groups; (-1, 0) where there is none.</summary>
    private static (int Start, int Count) LongestZeros(ReadOnlySpan<byte> address)
    {
        var best = (Start: -1, Count: 1);
        for (var i = 0; i < Groups; i++)
        {
            var count = 0;
            while (i + count < Groups && Group(address, i + count) == 0)
            {
                count++;
            }

            if (count > best.Count)
            {
                best = (i, count);
            }

            i += Math.Max(count - 1, 0);
        }

        return best.Start < 0 ? (-1, 0) : best;
    }
}
