using System.Numerics;
using System.Text;

namespace CsiSecrets.Templates.Numbers;

/// <summary>The parts of a float literal without sign and prefix: mantissa digits, digits after the point, exponent.</summary>
internal readonly record struct FloatShape(string Digits, int Fraction, int Exponent, bool Underscores)
{
    private const int ExponentCap = 100_000;

    /// <summary>Reads digits[.digits][e|p[sign]digits] to the end; a hexadecimal one needs its exponent.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, bool hex, out FloatShape shape)
    {
        shape = default;
        StringBuilder digits = new();
        bool underscores = false;
        bool point = false;
        int fraction = 0;
        int i = 0;
        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '_')
            {
                underscores = true;
            }
            else if (c == '.' && !point)
            {
                point = true;
            }
            else if (char.IsAsciiDigit(c) || (hex && char.IsAsciiHexDigit(c)))
            {
                digits.Append(c);
                fraction += point ? 1 : 0;
            }
            else
            {
                break;
            }
        }

        if (digits.Length == 0)
        {
            return false;
        }

        int exponent = 0;
        if (i < text.Length && char.ToLowerInvariant(text[i]) == (hex ? 'p' : 'e'))
        {
            if (!TryReadExponent(text[(i + 1)..], out exponent, ref underscores))
            {
                return false;
            }
        }
        else if (i < text.Length || hex)
        {
            return false;
        }

        shape = new FloatShape(digits.ToString(), fraction, exponent, underscores);
        return true;
    }

    /// <summary>As .NET reads it.</summary>
    public string Decimal() => $"{Digits}E{Exponent - Fraction}";

    /// <summary>The nearest double of a hexadecimal literal, ties to even.</summary>
    public double HexValue()
    {
        BigInteger mantissa = BigInteger.Parse("0" + Digits, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        int exponent = Exponent - (4 * Fraction);
        if (mantissa.IsZero)
        {
            return 0;
        }

        int bits = (int)mantissa.GetBitLength();
        int kept = Math.Min(53, bits + exponent + 1074);
        if (kept < 0)
        {
            return 0;
        }

        int drop = bits - kept;
        if (drop > 0)
        {
            BigInteger rest = mantissa & ((BigInteger.One << drop) - 1);
            BigInteger half = BigInteger.One << (drop - 1);
            mantissa >>= drop;
            exponent += drop;
            if (rest > half || (rest == half && !mantissa.IsEven))
            {
                mantissa += 1;
            }
        }

        return Math.ScaleB((double)mantissa, exponent);
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out int exponent, ref bool underscores)
    {
        exponent = 0;
        bool negative = !text.IsEmpty && text[0] == '-';
        ReadOnlySpan<char> digits = !text.IsEmpty && text[0] is '-' or '+' ? text[1..] : text;
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0]))
        {
            return false;
        }

        foreach (char c in digits)
        {
            if (c == '_')
            {
                underscores = true;
                continue;
            }

            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            exponent = Math.Min((exponent * 10) + (c - '0'), ExponentCap);
        }

        exponent = negative ? -exponent : exponent;
        return true;
    }
}
