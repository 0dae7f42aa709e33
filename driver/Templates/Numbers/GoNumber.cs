using System.Globalization;
using System.Numerics;

namespace CsiSecrets.Templates.Numbers;

/// <summary>Go's strconv readers: integers with a base or a base prefix, floats with hexadecimal forms and underscores.</summary>
internal static class GoNumber
{
    public enum Outcome
    {
        Good,
        Syntax,
        Range,
    }

    /// <summary>strconv.ParseInt(text, base, 64); on <see cref="Outcome.Range"/> the value is the nearest one.</summary>
    public static Outcome ParseInt(ReadOnlySpan<char> text, int radix, out long value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return Outcome.Syntax;
        }

        bool negative = text[0] == '-';
        ReadOnlySpan<char> digits = text[0] is '-' or '+' ? text[1..] : text;
        Outcome outcome = ParseUint(digits, radix, out ulong magnitude);
        if (outcome == Outcome.Syntax)
        {
            return outcome;
        }

        ulong limit = negative ? 1UL << 63 : (1UL << 63) - 1;
        if (outcome == Outcome.Range || magnitude > limit)
        {
            value = negative ? long.MinValue : long.MaxValue;
            return Outcome.Range;
        }

        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return Outcome.Good;
    }

    /// <summary>strconv.ParseUint(text, base, 64); base 0 looks at the prefix and allows underscores.</summary>
    public static Outcome ParseUint(ReadOnlySpan<char> text, int radix, out ulong value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return Outcome.Syntax;
        }

        bool byPrefix = radix == 0;
        ReadOnlySpan<char> digits = text;
        if (byPrefix)
        {
            radix = 10;
            if (text[0] == '0')
            {
                (radix, int skip) = text.Length >= 3 ? Prefix(text[1]) : (8, 1);
                digits = text[skip..];
            }
        }

        bool underscores = false;
        UInt128 sum = 0;
        bool overflow = false;
        foreach (char c in digits)
        {
            if (c == '_' && byPrefix)
            {
                underscores = true;
                continue;
            }

            int digit = Digit(c);
            if (digit < 0 || digit >= radix)
            {
                return Outcome.Syntax;
            }

            if (!overflow)
            {
                sum = (sum * (uint)radix) + (uint)digit;
                overflow = sum > ulong.MaxValue;
            }
        }

        if (underscores && !UnderscoresFit(text))
        {
            return Outcome.Syntax;
        }

        value = overflow ? ulong.MaxValue : (ulong)sum;
        return overflow ? Outcome.Range : Outcome.Good;
    }

    /// <summary>strconv.ParseFloat(text, 64).</summary>
    public static Outcome ParseFloat(ReadOnlySpan<char> text, out double value)
    {
        if (TrySpecial(text, out value))
        {
            return Outcome.Good;
        }

        value = 0;
        ReadOnlySpan<char> body = !text.IsEmpty && text[0] is '+' or '-' ? text[1..] : text;
        bool negative = !text.IsEmpty && text[0] == '-';
        bool hex = body.Length > 2 && body[0] == '0' && body[1] is 'x' or 'X';
        if (!FloatShape.TryRead(hex ? body[2..] : body, hex, out FloatShape shape) || (shape.Underscores && !UnderscoresFit(text)))
        {
            return Outcome.Syntax;
        }

        value = hex ? shape.HexValue() : double.Parse(shape.Decimal(), NumberStyles.Float, CultureInfo.InvariantCulture);
        value = negative ? -value : value;
        return double.IsInfinity(value) ? Outcome.Range : Outcome.Good;
    }

    /// <summary>Reads "1+2i" or "1.5i".</summary>
    public static bool TryParseComplex(string text, out Complex value)
    {
        value = default;
        int split = text.AsSpan(1).LastIndexOfAny('+', '-') + 1;
        while (split > 1 && text[split - 1] is 'e' or 'E' or 'p' or 'P')
        {
            split = text.AsSpan(1, split - 1).LastIndexOfAny('+', '-') + 1;
        }

        if (split <= 0
            || ParseFloat(text.AsSpan(0, split), out double real) != Outcome.Good
            || ParseFloat(text.AsSpan(split, text.Length - split - 1), out double imaginary) != Outcome.Good)
        {
            return false;
        }

        value = new Complex(real, imaginary);
        return true;
    }

    public static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'z' => c - 'a' + 10,
        >= 'A' and <= 'Z' => c - 'A' + 10,
        _ => -1,
    };

    private static (int Radix, int Skip) Prefix(char c) => c switch
    {
        'x' or 'X' => (16, 2),
        'b' or 'B' => (2, 2),
        'o' or 'O' => (8, 2),
        _ => (8, 1),
    };

    private static bool TrySpecial(ReadOnlySpan<char> text, out double value)
    {
        ReadOnlySpan<char> word = !text.IsEmpty && text[0] is '+' or '-' ? text[1..] : text;
        bool infinite = word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase);
        value = !infinite ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return infinite || text.Equals("nan", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Underscores stand only between digits, or between a base prefix and a digit.</summary>
    private static bool UnderscoresFit(ReadOnlySpan<char> text)
    {
        char saw = '^';
        int i = 0;
        if (text[0] is '-' or '+')
        {
            text = text[1..];
        }

        bool hex = false;
        if (text.Length >= 2 && text[0] == '0' && char.ToLowerInvariant(text[1]) is 'b' or 'o' or 'x')
        {
            i = 2;
            saw = '0';
            hex = char.ToLowerInvariant(text[1]) == 'x';
        }

        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsAsciiDigit(c) || (hex && char.IsAsciiHexDigit(c)))
            {
                saw = '0';
            }
            else if (c == '_')
            {
                if (saw != '0')
                {
                    return false;
                }

                saw = '_';
            }
            else if (saw == '_')
            {
                return false;
            }
            else
            {
                saw = '!';
            }
        }

        return saw != '_';
    }
}
