using System.Globalization;
using System.Numerics;

namespace CsiSecrets.Templates.Formatting;

/// <summary>The decimal digits of a positive double and the place of the point: 0.d1d2d3... x 10^Point.</summary>
internal readonly record struct DecimalDigits(string Digits, int Point)
{
    public int Count => Digits.Length;

    /// <summary>The digit at an index; 0 outside.</summary>
    public char At(int index) => index >= 0 && index < Digits.Length ? Digits[index] : '0';

    /// <summary>The fewest digits that read back as the same double.</summary>
    public static DecimalDigits Shortest(double value)
    {
        if (value == 0)
        {
            return new DecimalDigits("", 0);
        }

        string round = value.ToString("R", CultureInfo.InvariantCulture);
        int mark = round.IndexOf('E', StringComparison.Ordinal);
        string mantissa = mark < 0 ? round : round[..mark];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal).Trim('0');
        int point = mark >= 0
            ? int.Parse(round.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 1
            : PlainPoint(mantissa);
        return new DecimalDigits(digits, point);
    }

    /// <summary>All digits of the exact binary value.</summary>
    public static DecimalDigits Exact(double value)
    {
        (ulong mantissa, int exponent) = Split(value);
        if (mantissa == 0)
        {
            return new DecimalDigits("", 0);
        }

        BigInteger scaled = exponent >= 0 ? (BigInteger)mantissa << exponent : mantissa * BigInteger.Pow(5, -exponent);
        string digits = scaled.ToString(CultureInfo.InvariantCulture);
        int point = digits.Length - (exponent < 0 ? -exponent : 0);
        return new DecimalDigits(digits.TrimEnd('0'), point);
    }

    /// <summary>Rounded to that many digits, ties to even.</summary>
    public DecimalDigits RoundTo(int count)
    {
        if (count >= Digits.Length)
        {
            return this;
        }

        if (count < 0)
        {
            return new DecimalDigits("", 0);
        }

        bool up = Digits[count] == '5' && count + 1 == Digits.Length
            ? count > 0 && (Digits[count - 1] - '0') % 2 != 0
            : Digits[count] >= '5';
        char[] kept = Digits[..count].ToCharArray();
        if (!up)
        {
            string down = new string(kept).TrimEnd('0');
            return new DecimalDigits(down, down.Length == 0 ? 0 : Point);
        }

        for (int i = count - 1; i >= 0; i--)
        {
            if (kept[i] < '9')
            {
                kept[i]++;
                return new DecimalDigits(new string(kept, 0, i + 1), Point);
            }
        }

        return new DecimalDigits("1", Point + 1);
    }

    /// <summary>value = mantissa x 2^exponent, as Go's %b prints it.</summary>
    public static (ulong Mantissa, int Exponent) Split(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        ulong mantissa = bits & ((1UL << 52) - 1);
        return exponent == 0 ? (mantissa, -1074) : (mantissa | (1UL << 52), exponent - 1075);
    }

    private static int PlainPoint(string mantissa)
    {
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        string whole = dot < 0 ? mantissa : mantissa[..dot];
        if (whole != "0")
        {
            return whole.Length;
        }

        int zeros = 0;
        while (mantissa[dot + 1 + zeros] == '0')
        {
            zeros++;
        }

        return -zeros;
    }
}
