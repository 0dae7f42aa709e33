using System.Globalization;

namespace CsiSecrets.Templates.Dates;

/// <summary>The rule at the end of a zone file for all later times: a POSIX TZ string such as CET-1CEST,M3.5.0,M10.5.0/3.</summary>
internal sealed class ZoneRule
{
    private readonly (int Offset, string Name) standard;
    private readonly (int Offset, string Name)? summer;
    private readonly string start;
    private readonly string end;

    private ZoneRule((int, string) standard, (int, string)? summer, string start, string end)
    {
        this.standard = standard;
        this.summer = summer;
        this.start = start;
        this.end = end;
    }

    /// <summary>null for an empty string or one of another form.</summary>
    public static ZoneRule? Parse(string text)
    {
        int at = 0;
        if (!TryName(text, ref at, out string name) || !TryTime(text, ref at, out int offset))
        {
            return null;
        }

        (int, string) standard = (-offset, name);
        if (at == text.Length)
        {
            return new ZoneRule(standard, null, "", "");
        }

        if (!TryName(text, ref at, out string summerName))
        {
            return null;
        }

        int summerOffset = -offset + 3600;
        if (at < text.Length && text[at] != ',' && TryTime(text, ref at, out int given))
        {
            summerOffset = -given;
        }

        string[] rules = text[at..].Split(',');
        return rules.Length == 3 && rules[0].Length == 0 ? new ZoneRule(standard, (summerOffset, summerName), rules[1], rules[2]) : null;
    }

    public (int Offset, string Name) At(long unixSeconds)
    {
        if (summer is not { } other)
        {
            return standard;
        }

        long year = CivilDate.FromDays((long)Math.Floor((unixSeconds + standard.Offset) / 86400.0)).Year;
        long yearStart = CivilDate.DaysFromEpoch(year, 1, 1) * 86400;
        long from = yearStart + Seconds(start, year) - standard.Offset;
        long to = yearStart + Seconds(end, year) - other.Offset;
        bool isSummer = from < to ? unixSeconds >= from && unixSeconds < to : unixSeconds >= from || unixSeconds < to;
        return isSummer ? other : standard;
    }

    /// <summary>Seconds from the start of the year to the change, in local time.</summary>
    private static long Seconds(string rule, long year)
    {
        string[] parts = rule.Split('/');
        int time = 2 * 3600;
        if (parts.Length > 1)
        {
            int at = 0;
            TryTime(parts[1], ref at, out time);
        }

        return (Day(parts[0], year) * 86400) + time;
    }

    private static long Day(string rule, long year)
    {
        if (rule.StartsWith('J'))
        {
            int day = int.Parse(rule.AsSpan(1), CultureInfo.InvariantCulture);
            return day - 1 + (CivilDate.IsLeap(year) && day >= 60 ? 1 : 0);
        }

        if (!rule.StartsWith('M'))
        {
            return int.Parse(rule, CultureInfo.InvariantCulture);
        }

        int[] parts = [.. rule[1..].Split('.').Select(static p => int.Parse(p, CultureInfo.InvariantCulture))];
        long first = CivilDate.DaysFromEpoch(year, parts[0], 1);
        int weekday = (int)((((first + 4) % 7) + 7) % 7);
        int date = ((parts[2] - weekday + 7) % 7) + 1 + (7 * (parts[1] - 1));
        while (date > CivilDate.DaysIn(parts[0], year))
        {
            date -= 7;
        }

        return first + date - 1 - CivilDate.DaysFromEpoch(year, 1, 1);
    }

    private static bool TryName(string text, ref int at, out string name)
    {
        int start = at;
        if (at < text.Length && text[at] == '<')
        {
            int close = text.IndexOf('>', at);
            name = close < 0 ? "" : text[(at + 1)..close];
            at = close + 1;
            return close > 0;
        }

        while (at < text.Length && char.IsAsciiLetter(text[at]))
        {
            at++;
        }

        name = text[start..at];
        return name.Length >= 3;
    }

    private static bool TryTime(string text, ref int at, out int seconds)
    {
        seconds = 0;
        int start = at;
        int sign = at < text.Length && text[at] == '-' ? -1 : 1;
        at += at < text.Length && text[at] is '-' or '+' ? 1 : 0;
        foreach (int unit in (ReadOnlySpan<int>)[3600, 60, 1])
        {
            int digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (at == digits)
            {
                return false;
            }

            seconds += unit * int.Parse(text.AsSpan(digits, at - digits), CultureInfo.InvariantCulture);
            if (at >= text.Length || text[at] != ':')
            {
                break;
            }

            at++;
        }

        seconds *= sign;
        return at > start;
    }
}
