using System.Globalization;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's strconv.FormatFloat for float64: formats e E f g G b x X, with a precision or (-1) the shortest digits.</summary>
internal static class FloatText
{
    public static string Format(double value, char format, int precision)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        string sign = double.IsNegative(value) ? "-" : "";
        double magnitude = Math.Abs(value);
        switch (format)
        {
            case 'b':
                return sign + BinaryExponent(magnitude);
            case 'x' or 'X':
                string hex = HexFloat.Format(magnitude, precision);
                return sign + (format == 'X' ? hex.ToUpperInvariant() : hex);
            default:
                return sign + Decimal(magnitude, format, precision);
        }
    }

    /// <summary>%v: the shortest digits, with an exponent where it is below -4 or from 6 on.</summary>
    public static string Shortest(double value) => Format(value, 'g', -1);

    private static string Decimal(double value, char format, int precision)
    {
        bool shortest = precision < 0;
        DecimalDigits digits = shortest ? DecimalDigits.Shortest(value) : DecimalDigits.Exact(value);
        switch (format)
        {
            case 'e' or 'E':
                precision = shortest ? digits.Count - 1 : precision;
                return Exponential(shortest ? digits : digits.RoundTo(precision + 1), precision, format);
            case 'f' or 'F':
                precision = shortest ? Math.Max(digits.Count - digits.Point, 0) : precision;
                return Fixed(shortest ? digits : digits.RoundTo(digits.Point + precision), precision);
            default:
                return General(digits, shortest, precision, format);
        }
    }

    private static string General(DecimalDigits digits, bool shortest, int precision, char format)
    {
        precision = shortest ? 6 : Math.Max(precision, 1);
        if (!shortest)
        {
            digits = digits.RoundTo(precision);
        }

        int threshold = precision;
        if (threshold > digits.Count && digits.Count >= digits.Point)
        {
            threshold = digits.Count;
        }

        threshold = shortest ? 6 : threshold;
        int exponent = digits.Point - 1;
        if (exponent < -4 || exponent >= threshold)
        {
            int kept = shortest || precision > digits.Count ? digits.Count : precision;
            return Exponential(digits, kept - 1, format == 'g' ? 'e' : 'E');
        }

        return Fixed(digits, Math.Max(digits.Count - digits.Point, 0));
    }

    private static string Exponential(DecimalDigits digits, int precision, char format)
    {
        string first = digits.At(0).ToString();
        string rest = precision > 0 ? "." + string.Create(precision, digits, static (span, d) => Fill(span, d, 1)) : "";
        int exponent = digits.Count == 0 ? 0 : digits.Point - 1;
        return $"{first}{rest}{format}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
    }

    private static string Fixed(DecimalDigits digits, int precision)
    {
        string whole = digits.Point > 0 ? string.Create(digits.Point, digits, static (span, d) => Fill(span, d, 0)) : "0";
        return precision > 0 ? whole + "." + string.Create(precision, digits, static (span, d) => Fill(span, d, d.Point)) : whole;
    }

    private static void Fill(Span<char> span, DecimalDigits digits, int from)
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = digits.At(from + i);
        }
    }

    private static string BinaryExponent(double value)
    {
        (ulong mantissa, int exponent) = DecimalDigits.Split(value);
        return $"{mantissa}p{(exponent < 0 ? "" : "+")}{exponent}";
    }
}
