using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace CsiSecrets.JsonQuery;

/// <summary>
/// Numbers as Go's strconv reads them with base 0: 0x, 0o, 0b and a leading 0 for octal, underscores ignored. The JSON number is the decimal
/// one, so 0644 is 420 as in every Kubernetes manifest.
/// </summary>
internal static partial class YamlNumber
{
    private const int LongestInteger = 400;

    public static JsonTree? Integer(string text)
    {
        string digits = text.Replace("_", string.Empty, StringComparison.Ordinal);
        bool negative = digits.StartsWith('-');
        digits = negative || digits.StartsWith('+') ? digits[1..] : digits;
        (uint radix, int prefix) = Radix(digits);
        ReadOnlySpan<char> body = digits.AsSpan(prefix);
        if (body.IsEmpty || body.Length > LongestInteger)
        {
            return null;
        }

        BigInteger value = BigInteger.Zero;
        foreach (char c in body)
        {
            if (!char.IsAsciiHexDigit(c) || Convert.ToUInt32(c.ToString(), 16) is var digit && digit >= radix)
            {
                return null;
            }

            value = (value * radix) + Convert.ToUInt32(c.ToString(), 16);
        }

        return JsonTree.OfNumber((negative ? -value : value).ToString(CultureInfo.InvariantCulture));
    }

    public static JsonTree? Float(string text)
    {
        string digits = text.StartsWith('.') ? text : text.Replace("_", string.Empty, StringComparison.Ordinal);
        return FloatForm().IsMatch(digits)
            && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value)
            ? JsonNumber.From(value)
            : null;
    }

    private static (uint Radix, int Prefix) Radix(string digits) => digits switch
    {
        ['0', 'x' or 'X', ..] => (16, 2),
        ['0', 'o' or 'O', ..] => (8, 2),
        ['0', 'b' or 'B', ..] => (2, 2),
        ['0', _, ..] => (8, 1),
        _ => (10, 0),
    };

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FloatForm();
}
