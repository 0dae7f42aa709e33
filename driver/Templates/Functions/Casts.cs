using System.Numerics;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Numbers;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>The lenient conversions of Sprig's numeric functions: whatever cannot be read is 0.</summary>
internal static class Casts
{
    public static long ToInt64(object? value) => value switch
    {
        nint v => v,
        long v => v,
        double v => Truncate(v),
        bool v => v ? 1 : 0,
        GoString text => GoNumber.ParseInt(TrimDecimal(text.ToString()), 0, out long parsed) == GoNumber.Outcome.Good ? parsed : 0,
        Complex => 0,
        _ => Integers.TryWiden(value, out Int128 wide) ? unchecked((long)wide) : 0,
    };

    public static double ToFloat64(object? value) => value switch
    {
        double v => v,
        bool v => v ? 1 : 0,
        GoString text => GoNumber.ParseFloat(text.ToString(), out double parsed) == GoNumber.Outcome.Good ? parsed : 0,
        Complex => 0,
        _ => Integers.TryWiden(value, out Int128 wide) ? (double)wide : 0,
    };

    /// <summary>A parameter of type int as an index; larger ones become the largest.</summary>
    public static int Int(object? value) => (int)Math.Clamp((long)(nint)value!, int.MinValue, int.MaxValue);

    /// <summary>Go's conversion on amd64: what does not fit becomes the smallest number.</summary>
    private static long Truncate(double value) => value is >= long.MinValue and < 9223372036854775808.0 ? (long)value : long.MinValue;

    private static string TrimDecimal(string text)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return text;
        }

        int sign = text[0] is '+' or '-' ? 1 : 0;
        bool plain = text.AsSpan(sign, dot - sign).IndexOfAnyExceptInRange('0', '9') < 0 && text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0;
        if (!plain)
        {
            return text;
        }

        return dot == sign ? text[..sign] + "0" : text[..dot];
    }
}
