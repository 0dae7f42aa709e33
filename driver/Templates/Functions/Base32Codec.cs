using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Standard base32 with padding, as Go reads and writes it.</summary>
internal static class Base32Codec
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static GoString Encode(ByteBuilder output, GoString text)
    {
        ReadOnlySpan<byte> source = text.Span;
        for (int i = 0; i < source.Length; i += 5)
        {
            int count = Math.Min(5, source.Length - i);
            ulong bits = 0;
            for (int j = 0; j < 5; j++)
            {
                bits = (bits << 8) | (j < count ? source[i + j] : 0u);
            }

            int digits = ((count * 8) + 4) / 5;
            for (int j = 0; j < 8; j++)
            {
                output.Append(j < digits ? Alphabet[(int)(bits >> (35 - (5 * j))) & 31] : '=');
            }
        }

        return output.ToGoString();
    }

    /// <summary>The decoded bytes, or Go's message.</summary>
    public static GoString Decode(ByteBuilder output, GoString text)
    {
        output.Budget?.Charge(2L * text.Length);
        byte[] source = [.. text.Span.ToArray().Where(static b => b is not ((byte)'\r' or (byte)'\n'))];
        for (int i = 0; i < source.Length; i += 8)
        {
            ulong bits = 0;
            int digits = 0;
            for (; digits < 8; digits++)
            {
                int at = i + digits;
                if (at >= source.Length)
                {
                    return Corrupt(i);
                }

                if (source[at] == '=' && digits >= 2)
                {
                    break;
                }

                int value = Alphabet.IndexOf((char)source[at], StringComparison.Ordinal);
                if (value < 0)
                {
                    return Corrupt(at);
                }

                bits |= (ulong)value << (35 - (5 * digits));
            }

            if (digits < 8)
            {
                int bad = CheckPadding(source, i, digits);
                if (bad >= 0)
                {
                    return Corrupt(bad);
                }
            }

            for (int j = 0; j < digits * 5 / 8; j++)
            {
                output.Append((byte)(bits >> (32 - (8 * j))));
            }
        }

        return output.ToGoString();
    }

    /// <summary>The place where the padding of the last group is wrong; -1 where it is right.</summary>
    private static int CheckPadding(byte[] source, int group, int digits)
    {
        if (source.Length < group + 8)
        {
            return source.Length;
        }

        for (int at = group + digits; at < group + 8; at++)
        {
            if (source[at] != '=')
            {
                return at;
            }
        }

        if (digits is 3 or 6 or 1)
        {
            return group + digits;
        }

        return source.Length > group + 8 ? group + 8 : -1;
    }

    private static GoString Corrupt(int offset) => GoString.From($"illegal base32 data at input byte {offset}");
}
