using System.Globalization;
using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>sha1sum, sha256sum, sha512sum and adler32sum: text of the digest of the bytes.</summary>
internal static class Digests
{
    private const uint AdlerModulus = 65521;

    /// <summary>As many sums as fit a uint before the modulus must be taken.</summary>
    private const int AdlerRun = 5552;

#pragma warning disable CA5350 // The function is SHA-1 by name; it protects nothing here.
    public static string Sha1Sum(ReadOnlySpan<byte> input) => Convert.ToHexStringLower(SHA1.HashData(input));
#pragma warning restore CA5350

    public static string Sha256Sum(ReadOnlySpan<byte> input) => Convert.ToHexStringLower(SHA256.HashData(input));

    public static string Sha512Sum(ReadOnlySpan<byte> input) => Convert.ToHexStringLower(SHA512.HashData(input));

    public static string Adler32Sum(ReadOnlySpan<byte> input)
    {
        uint a = 1;
        uint b = 0;
        while (input.Length > 0)
        {
            var run = Math.Min(AdlerRun, input.Length);
            foreach (var value in input[..run])
            {
                a += value;
                b += a;
            }

            a %= AdlerModulus;
            b %= AdlerModulus;
            input = input[run..];
        }

        return (b << 16 | a).ToString(CultureInfo.InvariantCulture);
    }
}
