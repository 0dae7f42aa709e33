using System.Globalization;
using System.Text;

namespace CsiSecrets.Templates.Dates;

/// <summary>Go's time.Format.</summary>
internal static class LayoutFormatter
{
    public static string Format(GoTime time, string layout)
    {
        StringBuilder output = new();
        while (true)
        {
            LayoutPart part = LayoutPart.Next(layout);
            output.Append(part.Before);
            if (part.Element.Length == 0)
            {
                return output.ToString();
            }

            output.Append(Element(time, part.Element));
            layout = part.After;
        }
    }

    private static string Element(GoTime time, string element)
    {
        CivilDate date = time.Date;
        (int hour, int minute, int second) = time.Clock;
        int twelve = hour % 12 == 0 ? 12 : hour % 12;
        switch (element)
        {
            case "2006":
                return date.Year < 0 ? "-" + (-date.Year).ToString("0000", CultureInfo.InvariantCulture) : date.Year.ToString("0000", CultureInfo.InvariantCulture);
            case "06":
                return Two(Math.Max(date.Year, 0) % 100);
            case "January":
                return DateNames.Months[date.Month - 1];
            case "Jan":
                return DateNames.Months[date.Month - 1][..3];
            case "01" or "1":
                return Padded(date.Month, element);
            case "Monday":
                return DateNames.Days[time.Weekday];
            case "Mon":
                return DateNames.Days[time.Weekday][..3];
            case "02" or "2":
                return Padded(date.Day, element);
            case "_2":
                return date.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2);
            case "__2":
                return date.YearDay.ToString(CultureInfo.InvariantCulture).PadLeft(3);
            case "002":
                return date.YearDay.ToString("000", CultureInfo.InvariantCulture);
            case "15":
                return Two(hour);
            case "03" or "3":
                return Padded(twelve, element);
            case "04" or "4":
                return Padded(minute, element);
            case "05" or "5":
                return Padded(second, element);
            case "PM":
                return hour >= 12 ? "PM" : "AM";
            case "pm":
                return hour >= 12 ? "pm" : "am";
            case "MST":
                return time.ZoneName.Length > 0 ? time.ZoneName : Numeric(time.Offset);
            default:
                return element[0] is '.' or ',' ? Fraction(time.Nanosecond, element) : Offset(time.Offset, element);
        }
    }

    private static string Two(long value) => value.ToString("00", CultureInfo.InvariantCulture);

    private static string Padded(int value, string element) => element.Length == 2 ? Two(value) : value.ToString(CultureInfo.InvariantCulture);

    private static string Numeric(int offset)
    {
        int minutes = Math.Abs(offset) / 60;
        return (offset < 0 ? "-" : "+") + Two(minutes / 60) + Two(minutes % 60);
    }

    private static string Offset(int offset, string element)
    {
        if (element[0] == 'Z' && offset == 0)
        {
            return "Z";
        }

        string colon = element.Contains(':', StringComparison.Ordinal) ? ":" : "";
        int minutes = Math.Abs(offset) / 60;
        string text = (offset / 60 < 0 ? "-" : "+") + Two(minutes / 60);
        string shape = element[1..];
        if (shape != "07")
        {
            text += colon + Two(minutes % 60);
        }

        return shape is "070000" or "07:00:00" ? text + colon + Two(Math.Abs(offset) % 60) : text;
    }

    private static string Fraction(int nanosecond, string element)
    {
        string digits = nanosecond.ToString("000000000", CultureInfo.InvariantCulture);
        digits = digits[..Math.Min(element.Length - 1, 9)];
        if (element[1] == '9')
        {
            digits = digits.TrimEnd('0');
            return digits.Length == 0 ? "" : element[..1] + digits;
        }

        return element[..1] + digits;
    }
}
