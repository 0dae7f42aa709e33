using System.Text;

namespace CsiSecrets.Templates.Values;

/// <summary>Go's view of UTF-8: a byte that starts no valid rune is one rune U+FFFD of width 1.</summary>
internal static class Utf8
{
    public const int RuneError = 0xFFFD;

    /// <summary>The first rune and its width in bytes; (U+FFFD, 0) for no bytes.</summary>
    public static int Decode(ReadOnlySpan<byte> source, out int width)
    {
        if (source.IsEmpty)
        {
            width = 0;
            return RuneError;
        }

        if (source[0] < 0x80)
        {
            width = 1;
            return source[0];
        }

        if (Rune.DecodeFromUtf8(source, out Rune rune, out width) == System.Buffers.OperationStatus.Done)
        {
            return rune.Value;
        }

        width = 1;
        return RuneError;
    }

    /// <summary>The last rune and its width in bytes.</summary>
    public static int DecodeLast(ReadOnlySpan<byte> source, out int width)
    {
        if (source.IsEmpty)
        {
            width = 0;
            return RuneError;
        }

        for (int back = 1; back <= Math.Min(4, source.Length); back++)
        {
            int rune = Decode(source[^back..], out width);
            if (width == back && (back > 1 || rune < 0x80))
            {
                return rune;
            }

            if ((source[^back] & 0xC0) != 0x80)
            {
                break;
            }
        }

        width = 1;
        return source[^1] < 0x80 ? source[^1] : RuneError;
    }

    public static int Count(ReadOnlySpan<byte> source)
    {
        int count = 0;
        for (int i = 0; i < source.Length; count++)
        {
            Decode(source[i..], out int width);
            i += width;
        }

        return count;
    }

    public static bool IsValid(ReadOnlySpan<byte> source) => System.Text.Unicode.Utf8.IsValid(source);

    /// <summary>[]rune(s): every rune, with U+FFFD for each bad byte.</summary>
    public static int[] Runes(ReadOnlySpan<byte> source)
    {
        int[] runes = new int[Count(source)];
        int at = 0;
        for (int i = 0; i < source.Length;)
        {
            runes[at++] = Decode(source[i..], out int width);
            i += width;
        }

        return runes;
    }

    /// <summary>string(runes): a rune outside Unicode becomes U+FFFD.</summary>
    public static GoString FromRunes(ReadOnlySpan<int> runes)
    {
        byte[] buffer = new byte[runes.Length * 4];
        int at = 0;
        foreach (int rune in runes)
        {
            at += Encode(rune, buffer.AsSpan(at));
        }

        return GoString.Copy(buffer.AsSpan(0, at));
    }

    public static int Encode(int rune, Span<byte> target) =>
        (Rune.IsValid(rune) ? new Rune(rune) : Rune.ReplacementChar).EncodeToUtf8(target);
}
