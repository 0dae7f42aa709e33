using System.Globalization;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Dates;

/// <summary>Go's time.Duration: nanoseconds, written 1h2m3.5s.</summary>
internal sealed class GoDuration(long nanoseconds) : GoObject
{
    public const long Second = 1_000_000_000;

    private static readonly GoType DurationType = new("time.Duration", GoKind.Int64);

    public long Nanoseconds { get; } = nanoseconds;

    public override GoType Type => DurationType;

    public override GoString? Text => GoString.From(ToString());

    /// <summary>Reads a sum of numbers with units, as in "1h30m", "-1.5s", "300ms".</summary>
    public static bool TryParse(string text, out GoDuration duration)
    {
        duration = new GoDuration(0);
        bool negative = text.StartsWith('-');
        string rest = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        if (rest == "0")
        {
            return true;
        }

        if (rest.Length == 0)
        {
            return false;
        }

        decimal total = 0;
        while (rest.Length > 0)
        {
            int end = 0;
            while (end < rest.Length && (char.IsAsciiDigit(rest[end]) || rest[end] == '.'))
            {
                end++;
            }

            string number = rest[..end];
            int unitEnd = end;
            while (unitEnd < rest.Length && rest[unitEnd] != '.' && !char.IsAsciiDigit(rest[unitEnd]))
            {
                unitEnd++;
            }

            if (Unit(rest[end..unitEnd]) is not { } unit || number.Trim('.').Length == 0 || number.Length > 20
                || !decimal.TryParse("0" + number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
            {
                return false;
            }

            total += decimal.Truncate(value * unit);
            if (total > (decimal)long.MaxValue + (negative ? 1 : 0))
            {
                return false;
            }

            rest = rest[unitEnd..];
        }

        duration = new GoDuration((long)(negative ? -total : total));
        return true;
    }

    /// <summary>Rounded half away from zero to a multiple of a unit.</summary>
    public GoDuration Round(long unit)
    {
        long rest = Nanoseconds % unit;
        long down = Nanoseconds - rest;
        return new GoDuration(Math.Abs(rest) * 2 < unit ? down : down + (rest < 0 ? -unit : unit));
    }

    public override string ToString()
    {
        if (Nanoseconds == 0)
        {
            return "0s";
        }

        ulong magnitude = Nanoseconds < 0 ? 0 - (ulong)Nanoseconds : (ulong)Nanoseconds;
        string sign = Nanoseconds < 0 ? "-" : "";
        if (magnitude < Second)
        {
            (ulong unit, string name) = magnitude < 1000 ? (1UL, "ns") : magnitude < 1_000_000 ? (1000UL, "µs") : (1_000_000UL, "ms");
            return sign + Shown((decimal)magnitude / unit) + name;
        }

        ulong seconds = magnitude / Second;
        string text = Shown((seconds % 60) + ((decimal)(magnitude % Second) / Second)) + "s";
        if (seconds >= 60)
        {
            text = $"{seconds / 60 % 60}m{text}";
        }

        return sign + (seconds >= 3600 ? $"{seconds / 3600}h{text}" : text);
    }

    public override bool SameAs(GoObject other) => other is GoDuration duration && duration.Nanoseconds == Nanoseconds;

    private static string Shown(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static long? Unit(string name) => name switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => Second,
        "m" => 60 * Second,
        "h" => 3600 * Second,
        _ => null,
    };
}
