using System.Globalization;
using System.Text;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's %x of a float: -0x1.yyyyyyyyp±ddd.</summary>
internal static class HexFloat
{
    public static string Format(double value, int precision)
    {
        (ulong mantissa, int exponent) = DecimalDigits.Split(value);
        if (mantissa == 0)
        {
            exponent = 0;
        }
        else
        {
            exponent += 52;
        }

        // Shift digits so that the leading 1 (if any) is at bit 60.
        mantissa <<= 60 - 52;
        while (mantissa != 0 && (mantissa & (1UL << 60)) == 0)
        {
            mantissa <<= 1;
            exponent--;
        }

        if (precision is >= 0 and < 15)
        {
            int shift = precision * 4;
            ulong extra = (mantissa << shift) & ((1UL << 60) - 1);
            mantissa >>= 60 - shift;
            if ((extra | (mantissa & 1)) > 1UL << 59)
            {
                mantissa++;
            }

            mantissa <<= 60 - shift;
            if ((mantissa & (1UL << 61)) != 0)
            {
                mantissa >>= 1;
                exponent++;
            }
        }

        StringBuilder output = new();
        output.Append("0x").Append((char)('0' + ((mantissa >> 60) & 1)));
        mantissa <<= 4;
        if (precision < 0 && mantissa != 0)
        {
            output.Append('.');
            for (; mantissa != 0; mantissa <<= 4)
            {
                output.Append("0123456789abcdef"[(int)(mantissa >> 60)]);
            }
        }
        else if (precision > 0)
        {
            output.Append('.');
            for (int i = 0; i < precision; i++, mantissa <<= 4)
            {
                output.Append("0123456789abcdef"[(int)(mantissa >> 60)]);
            }
        }

        output.Append('p').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture));
        return output.ToString();
    }
}
