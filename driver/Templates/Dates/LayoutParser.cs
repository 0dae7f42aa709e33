using System.Globalization;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Dates;

/// <summary>Go's time.ParseInLocation.</summary>
internal sealed class LayoutParser
{
    private readonly string layout;
    private readonly string text;
    private readonly GoZone local;
    private string value;
    private readonly DateParts parts;
    private string upcoming;

    private LayoutParser(string layout, string text, GoZone local)
    {
        this.layout = layout;
        this.text = text;
        this.local = local;
        value = text;
        upcoming = layout;
        parts = new DateParts(text);
    }

    public static bool TryParse(string layout, string text, GoZone local, out GoTime time, out string error)
    {
        LayoutParser parser = new(layout, text, local);
        try
        {
            time = parser.Run();
            error = "";
            return true;
        }
        catch (FormatException e)
        {
            time = GoTime.Zero;
            error = e.Message;
            return false;
        }
    }

    private GoTime Run()
    {
        while (true)
        {
            LayoutPart part = LayoutPart.Next(upcoming);
            SkipLiteral(part.Before);
            if (part.Element.Length == 0)
            {
                return value.Length == 0 ? parts.ToTime(local) : throw new FormatException($"parsing time {Q(text)}: extra text: {Q(value)}");
            }

            upcoming = part.After;
            string held = value;
            if (!Element(part.Element))
            {
                throw Mismatch(part.Element, held);
            }
        }
    }

    private void SkipLiteral(string literal)
    {
        string held = value;
        for (int i = 0; i < literal.Length;)
        {
            if (literal[i] == ' ')
            {
                if (value.Length > 0 && value[0] != ' ')
                {
                    throw Mismatch(literal, held);
                }

                i += literal[i..].Length - literal[i..].TrimStart(' ').Length;
                value = value.TrimStart(' ');
                continue;
            }

            if (value.Length == 0 || value[0] != literal[i])
            {
                throw Mismatch(literal, held);
            }

            i++;
            value = value[1..];
        }
    }

    private bool Element(string element)
    {
        switch (element)
        {
            case "06":
                return Digits(2, 2, out parts.Year) && (parts.Year += parts.Year >= 69 ? 1900 : 2000) > 0;
            case "2006":
                return Digits(4, 4, out parts.Year);
            case "Jan":
                return Name(DateNames.Months, 3, out parts.Month);
            case "January":
                return Name(DateNames.Months, 99, out parts.Month);
            case "Mon":
                return Name(DateNames.Days, 3, out _);
            case "Monday":
                return Name(DateNames.Days, 99, out _);
            case "01" or "1":
                return Number(element, out parts.Month) && parts.InRange(parts.Month is >= 1 and <= 12, "month");
            case "02" or "2":
                return Number(element, out parts.Day);
            case "_2":
                value = value.StartsWith(' ') ? value[1..] : value;
                return Number("2", out parts.Day);
            case "__2":
                value = value.StartsWith("  ", StringComparison.Ordinal) ? value[2..] : value.StartsWith(' ') ? value[1..] : value;
                return Digits(1, 3, out parts.YearDay);
            case "002":
                return Digits(3, 3, out parts.YearDay);
            case "15":
                return Number("2", out parts.Hour) && parts.InRange(parts.Hour < 24, "hour");
            case "03" or "3":
                return Number(element, out parts.Hour) && parts.InRange(parts.Hour <= 12, "hour");
            case "04" or "4":
                return Number(element, out parts.Minute) && parts.InRange(parts.Minute < 60, "minute");
            case "05" or "5":
                return Number(element, out parts.Second) && parts.InRange(parts.Second < 60, "second") && ImpliedFraction();
            case "PM":
                return HalfDay("AM", "PM");
            case "pm":
                return HalfDay("am", "pm");
            case "MST":
                return ZoneAbbreviation();
            default:
                return element[0] is '.' or ',' ? Fraction(element) : ZoneOffset(element);
        }
    }

    private bool Digits(int least, int most, out int number)
    {
        int end = 0;
        while (end < most && end < value.Length && char.IsAsciiDigit(value[end]))
        {
            end++;
        }

        number = 0;
        if (end < least)
        {
            return false;
        }

        number = int.Parse(value.AsSpan(0, end), CultureInfo.InvariantCulture);
        value = value[end..];
        return true;
    }

    /// <summary>One or two digits; two where the element has two.</summary>
    private bool Number(string element, out int number) => Digits(element.Length == 2 ? 2 : 1, 2, out number);

    private bool Name(string[] names, int length, out int number)
    {
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i].Length > length ? names[i][..length] : names[i];
            if (value.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                value = value[name.Length..];
                number = i + 1;
                return true;
            }
        }

        number = -1;
        return false;
    }

    private bool HalfDay(string before, string after)
    {
        parts.Afternoon = value.StartsWith(after, StringComparison.Ordinal);
        parts.Morning = value.StartsWith(before, StringComparison.Ordinal);
        if (!parts.Afternoon && !parts.Morning)
        {
            return false;
        }

        value = value[2..];
        return true;
    }

    /// <summary>A fraction after the seconds is taken even where the layout has none.</summary>
    private bool ImpliedFraction()
    {
        bool there = value.Length >= 2 && value[0] is '.' or ',' && char.IsAsciiDigit(value[1]);
        return !there || LayoutPart.Next(upcoming) is { Element: ['.' or ',', ..] } || TakeFraction(value.Length);
    }

    private bool Fraction(string element)
    {
        if (element[1] == '0')
        {
            // The layout's zeros are how many digits there must be.
            bool there = value.Length >= element.Length && value[0] is '.' or ','
                && value.AsSpan(1, element.Length - 1).IndexOfAnyExceptInRange('0', '9') < 0;
            return there && TakeFraction(element.Length - 1);
        }

        return value.Length < 2 || value[0] is not ('.' or ',') || !char.IsAsciiDigit(value[1]) || TakeFraction(value.Length);
    }

    private bool TakeFraction(int most)
    {
        int end = 1;
        while (end < value.Length && end <= most && char.IsAsciiDigit(value[end]))
        {
            end++;
        }

        string digits = value[1..Math.Min(end, 10)].PadRight(9, '0');
        parts.Nanosecond = int.Parse(digits, CultureInfo.InvariantCulture);
        value = value[end..];
        return true;
    }

    private bool ZoneOffset(string element)
    {
        if (element[0] == 'Z' && value.StartsWith('Z'))
        {
            value = value[1..];
            parts.IsUtc = true;
            return true;
        }

        string shape = element[1..];
        if (value.Length < shape.Length + 1 || value[0] is not ('+' or '-'))
        {
            return false;
        }

        string taken = value[1..(shape.Length + 1)];
        bool colons = shape.Contains(':', StringComparison.Ordinal);
        if (colons && (taken[2] != ':' || (taken.Length > 5 && taken[5] != ':')))
        {
            return false;
        }

        string digits = taken.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length != shape.Count(static c => c != ':') || !digits.All(char.IsAsciiDigit))
        {
            return false;
        }

        int hours = Part(digits, 0);
        int minutes = Part(digits, 2);
        parts.InRange(hours <= 24, "time zone offset hour");
        parts.InRange(minutes <= 60, "time zone offset minute");
        int total = (hours * 3600) + (minutes * 60) + Part(digits, 4);
        parts.Offset = value[0] == '-' ? -total : total;
        value = value[(shape.Length + 1)..];
        return true;
    }

    private static int Part(string digits, int at) => at < digits.Length ? int.Parse(digits.AsSpan(at, 2), CultureInfo.InvariantCulture) : 0;

    private bool ZoneAbbreviation()
    {
        if (value.StartsWith("UTC", StringComparison.Ordinal))
        {
            parts.IsUtc = true;
            value = value[3..];
            return true;
        }

        int length = ZoneText.AbbreviationLength(value);
        parts.ZoneName = value[..length];
        value = value[length..];
        return length > 0;
    }

    private FormatException Mismatch(string element, string at) =>
        new($"parsing time {Q(text)} as {Q(layout)}: cannot parse {Q(at)} as {Q(element)}");

    private static string Q(string part) => GoQuote.Quote(GoString.From(part)).ToString();
}
