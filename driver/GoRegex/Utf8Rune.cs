namespace CsiSecrets.GoRegex;

/// <summary>Go's reading of bytes as code points: each byte that starts no valid sequence is U+FFFD, one byte wide.</summary>
internal static class Utf8Rune
{
    public const int Error = 0xFFFD;
    public const int Max = 0x10FFFF;

    /// <summary>The code point at the start of <paramref name="text"/>; (U+FFFD, 0) where there is none.</summary>
    public static (int Rune, int Width) First(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return (Error, 0);
        }

        if (text[0] < 0x80)
        {
            return (text[0], 1);
        }

        return System.Text.Rune.DecodeFromUtf8(text, out var rune, out int width) == System.Buffers.OperationStatus.Done
            ? (rune.Value, width)
            : (Error, 1);
    }

    /// <summary>The code point that ends <paramref name="text"/>; (U+FFFD, 0) where there is none.</summary>
    public static (int Rune, int Width) Last(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return (Error, 0);
        }

        byte last = text[^1];
        if (last < 0x80)
        {
            return (last, 1);
        }

        for (int width = 2; width <= 4 && width <= text.Length; width++)
        {
            if ((text[^width] & 0xC0) != 0x80)
            {
                var (rune, length) = First(text[^width..]);
                return length == width ? (rune, width) : (Error, 1);
            }
        }

        return (Error, 1);
    }

    public static bool IsWord(int rune) => rune < 0x80 && (char.IsAsciiLetterOrDigit((char)rune) || rune == '_');
}
