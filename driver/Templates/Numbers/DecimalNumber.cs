using System.Globalization;
using System.Numerics;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Numbers;

/// <summary>coefficient x 10^exponent, exact but for division, which keeps 16 decimals: shopspring's decimal.</summary>
internal readonly record struct DecimalNumber(BigInteger Coefficient, int Exponent)
{
    private const int DivisionDigits = 16;

    /// <summary>The shortest decimal that reads back as the same double.</summary>
    public static DecimalNumber From(double value)
    {
        if (!double.IsFinite(value))
        {
            throw GoException.Plain("Cannot create a Decimal from " + FloatText.Shortest(value));
        }

        DecimalDigits digits = DecimalDigits.Shortest(Math.Abs(value));
        if (digits.Count == 0)
        {
            return default;
        }

        BigInteger coefficient = BigInteger.Parse(digits.Digits, CultureInfo.InvariantCulture);
        return new DecimalNumber(value < 0 ? -coefficient : coefficient, digits.Point - digits.Count);
    }

    public static DecimalNumber operator +(DecimalNumber left, DecimalNumber right)
    {
        int exponent = Math.Min(left.Exponent, right.Exponent);
        return new DecimalNumber(left.Rescaled(exponent) + right.Rescaled(exponent), exponent);
    }

    public static DecimalNumber operator -(DecimalNumber left, DecimalNumber right) =>
        left + new DecimalNumber(-right.Coefficient, right.Exponent);

    public static DecimalNumber operator *(DecimalNumber left, DecimalNumber right) =>
        new(left.Coefficient * right.Coefficient, left.Exponent + right.Exponent);

    /// <summary>Rounded half away from zero at 16 decimals.</summary>
    public static DecimalNumber operator /(DecimalNumber left, DecimalNumber right)
    {
        if (right.Coefficient.IsZero)
        {
            throw GoException.Plain("decimal division by 0");
        }

        int shift = left.Exponent - right.Exponent + DivisionDigits;
        BigInteger numerator = left.Coefficient * BigInteger.Pow(10, Math.Max(shift, 0));
        BigInteger denominator = right.Coefficient * BigInteger.Pow(10, Math.Max(-shift, 0));
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        if (2 * BigInteger.Abs(rest) >= BigInteger.Abs(denominator))
        {
            quotient += numerator.Sign * denominator.Sign < 0 ? -1 : 1;
        }

        return new DecimalNumber(quotient, -DivisionDigits);
    }

    public double ToDouble() =>
        double.Parse($"{Coefficient.ToString(CultureInfo.InvariantCulture)}E{Exponent}", NumberStyles.Float, CultureInfo.InvariantCulture);

    private BigInteger Rescaled(int exponent) => Coefficient * BigInteger.Pow(10, Exponent - exponent);
}
