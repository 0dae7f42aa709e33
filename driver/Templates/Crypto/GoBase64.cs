namespace CsiSecrets.Templates.Crypto;

/// <summary>Go's padded standard base64: line breaks are skipped, padding is required, spare bits are not looked at.</summary>
internal static class GoBase64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly sbyte[] Values = BuildValues();

    /// <summary>The decoded bytes; null, and the offset that Go's error names, where the input is not base64.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> source, out int errorOffset)
    {
        var output = new byte[source.Length / 4 * 3 + 3];
        var written = 0;
        var held = 0;
        var count = 0;
        errorOffset = -1;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (c is (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (c == '=')
            {
                errorOffset = PaddingError(source, i, count);
                return errorOffset >= 0 ? null : Finish(output, written, held, count);
            }

            var value = c < 128 ? Values[c] : (sbyte)-1;
            if (value < 0)
            {
                errorOffset = i;
                return null;
            }

            held = held << 6 | (byte)value;
            if (++count == 4)
            {
                output[written++] = (byte)(held >> 16);
                output[written++] = (byte)(held >> 8);
                output[written++] = (byte)held;
                held = 0;
                count = 0;
            }
        }

        if (count != 0)
        {
            errorOffset = source.Length - count;
            return null;
        }

        return output[..written];
    }

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte}, out int)"/>, failing with Go's message.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> source) =>
        Decode(source, out var offset) ?? throw new TemplateFunctionException($"illegal base64 data at input byte {offset}");

    /// <summary>Checks what follows the first '=': the second one of a pair, then only line breaks. -1 where it is well.</summary>
    private static int PaddingError(ReadOnlySpan<byte> source, int at, int count)
    {
        if (count < 2)
        {
            return at;
        }

        var next = SkipBreaks(source, at + 1);
        if (count == 2)
        {
            if (next == source.Length)
            {
                return source.Length;
            }

            if (source[next] != '=')
            {
                return next;
            }

            next = SkipBreaks(source, next + 1);
        }

        return next < source.Length ? next : -1;
    }

    private static byte[] Finish(byte[] output, int written, int held, int count)
    {
        held <<= 6 * (4 - count);
        output[written++] = (byte)(held >> 16);
        if (count == 3)
        {
            output[written++] = (byte)(held >> 8);
        }

        return output[..written];
    }

    private static int SkipBreaks(ReadOnlySpan<byte> source, int at)
    {
        while (at < source.Length && (source[at] is (byte)'\r' or (byte)'\n'))
        {
            at++;
        }

        return at;
    }

    private static sbyte[] BuildValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (sbyte)i;
        }

        return values;
    }
}
