using System.Buffers.Text;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Standard base64 with padding, as Go reads it: line breaks are skipped, all else counts.</summary>
internal static class Base64Codec
{
    public static GoString Encode(RenderBudget budget, GoString text)
    {
        byte[] encoded = new byte[Charged(budget, Base64.GetMaxEncodedToUtf8Length(text.Length))];
        Base64.EncodeToUtf8(text.Span, encoded, out _, out _);
        return new GoString(encoded);
    }

    /// <summary>The decoded bytes, or Go's message.</summary>
    public static GoString Decode(RenderBudget budget, GoString text)
    {
        ReadOnlySpan<byte> source = text.Span;
        byte[] decoded = new byte[Charged(budget, source.Length)];
        int written = 0;
        int sextets = 0;
        uint bits = 0;
        int at = 0;
        while (true)
        {
            while (at < source.Length && source[at] is (byte)'\r' or (byte)'\n')
            {
                at++;
            }

            if (at == source.Length)
            {
                return sextets == 0 ? GoString.Copy(decoded.AsSpan(0, written)) : Corrupt(at - sextets);
            }

            byte c = source[at++];
            if (c == '=')
            {
                return sextets < 2 || Padding(source, sextets, ref at) is false
                    ? Corrupt(sextets < 2 ? at - 1 : at)
                    : Tail(decoded, written, sextets, bits, source, at);
            }

            int value = Value(c);
            if (value < 0)
            {
                return Corrupt(at - 1);
            }

            bits = (bits << 6) | (uint)value;
            if (++sextets == 4)
            {
                decoded[written++] = (byte)(bits >> 16);
                decoded[written++] = (byte)(bits >> 8);
                decoded[written++] = (byte)bits;
                sextets = 0;
                bits = 0;
            }
        }
    }

    /// <summary>The second sign of the padding, where it takes two; false where it is not there.</summary>
    private static bool Padding(ReadOnlySpan<byte> source, int sextets, ref int at)
    {
        if (sextets == 3)
        {
            return true;
        }

        while (at < source.Length && source[at] is (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        if (at == source.Length || source[at] != '=')
        {
            at = at == source.Length ? source.Length : at;
            return false;
        }

        at++;
        return true;
    }

    private static GoString Tail(byte[] decoded, int written, int sextets, uint bits, ReadOnlySpan<byte> source, int at)
    {
        while (at < source.Length && source[at] is (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        if (at < source.Length)
        {
            return Corrupt(at);
        }

        if (sextets == 2)
        {
            decoded[written++] = (byte)(bits >> 4);
        }
        else
        {
            decoded[written++] = (byte)(bits >> 10);
            decoded[written++] = (byte)(bits >> 2);
        }

        return GoString.Copy(decoded.AsSpan(0, written));
    }

    private static int Value(byte c) => (char)c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => -1,
    };

    private static int Charged(RenderBudget budget, int count)
    {
        budget.Charge(count);
        return count;
    }

    private static GoString Corrupt(int offset) => GoString.From($"illegal base64 data at input byte {offset}");
}
