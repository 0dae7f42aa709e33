using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>rand*, shuffle and uuidv4 over a random source from outside: the same bytes give the same results.</summary>
internal static class RandomFunctions
{
    private const string Digits = "0123456789";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly string Ascii = string.Concat(Enumerable.Range(32, 95).Select(c => (char)c));

    /// <param name="count">Characters; zero or less gives none.</param>
    /// <param name="maxLength">What the render may still allocate.</param>
    /// <param name="fill">The random source.</param>
    public static string RandAlphaNum(int count, int maxLength, RandomFill fill) => Pick(Digits + Letters, count, maxLength, fill);

    public static string RandAlpha(int count, int maxLength, RandomFill fill) => Pick(Letters, count, maxLength, fill);

    public static string RandAscii(int count, int maxLength, RandomFill fill) => Pick(Ascii, count, maxLength, fill);

    public static string RandNumeric(int count, int maxLength, RandomFill fill) => Pick(Digits, count, maxLength, fill);

    /// <summary>Base64 of that many bytes.</summary>
    public static string RandBytes(int count, int maxLength, RandomFill fill)
    {
        if (count < 0)
        {
            throw new TemplateFunctionException("runtime error: makeslice: len out of range");
        }

        CheckLength(count, maxLength);
        var bytes = new byte[count];
        fill(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>From min to below max.</summary>
    public static long RandInt(long min, long max, RandomFill fill)
    {
        var range = unchecked(max - min);
        return range > 0
            ? min + (long)Below((ulong)range, fill)
            : throw new TemplateFunctionException("invalid argument to Intn");
    }

    /// <summary>The text's characters in another order; bytes that are no text become U+FFFD, as in Go.</summary>
    public static byte[] Shuffle(ReadOnlySpan<byte> text, RandomFill fill)
    {
        var runes = new List<Rune>();
        while (!text.IsEmpty)
        {
            var bad = Rune.DecodeFromUtf8(text, out var rune, out var length) != System.Buffers.OperationStatus.Done;
            runes.Add(rune);
            text = text[(bad ? 1 : length)..];
        }

        for (var i = runes.Count - 1; i > 0; i--)
        {
            var j = (int)Below((ulong)i + 1, fill);
            (runes[i], runes[j]) = (runes[j], runes[i]);
        }

        return Encoding.UTF8.GetBytes(string.Concat(runes.Select(rune => rune.ToString())));
    }

    public static string UuidV4(RandomFill fill)
    {
        Span<byte> bytes = stackalloc byte[16];
        fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }

    private static string Pick(string alphabet, int count, int maxLength, RandomFill fill)
    {
        if (count <= 0)
        {
            return "";
        }

        CheckLength(count, maxLength);
        var text = new StringBuilder(count);
        var limit = 256 - (256 % alphabet.Length);
        Span<byte> bytes = stackalloc byte[64];
        while (text.Length < count)
        {
            fill(bytes);
            foreach (var value in bytes)
            {
                // Bytes past the last whole round of the alphabet would favour its beginning.
                if (value < limit && text.Length < count)
                {
                    text.Append(alphabet[value % alphabet.Length]);
                }
            }
        }

        return text.ToString();
    }

    private static ulong Below(ulong bound, RandomFill fill)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        var limit = ulong.MaxValue - (ulong.MaxValue % bound);
        while (true)
        {
            fill(bytes);
            var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if (value < limit)
            {
                return value % bound;
            }
        }
    }

    private static void CheckLength(int count, int maxLength)
    {
        if (count > maxLength)
        {
            throw new TemplateFunctionException($"{count} random characters are more than the {maxLength} bytes left to this render");
        }
    }
}
