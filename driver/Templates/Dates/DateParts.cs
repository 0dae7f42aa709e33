using System.Globalization;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Dates;

/// <summary>What a text has told of a time so far.</summary>
internal sealed class DateParts(string text)
{
    public int Year;
    public int Month = -1;
    public int Day = -1;
    public int YearDay = -1;
    public int Hour;
    public int Minute;
    public int Second;
    public int Nanosecond;

    public bool Afternoon { get; set; }

    public bool Morning { get; set; }

    /// <summary>Seconds east of Greenwich, where the text has them.</summary>
    public int? Offset { get; set; }

    public string ZoneName { get; set; } = "";

    public bool IsUtc { get; set; }

    public bool InRange(bool good, string what) =>
        good ? true : throw new FormatException($"parsing time {GoQuote.Quote(GoString.From(text))}: {what} out of range");

    /// <summary>The instant; the local zone where none was named.</summary>
    public GoTime ToTime(GoZone local)
    {
        Hour = Afternoon && Hour < 12 ? Hour + 12 : Morning && Hour == 12 ? 0 : Hour;
        if (YearDay >= 0)
        {
            UseYearDay();
        }

        Month = Math.Max(Month, 1);
        Day = Day < 0 ? 1 : Day;
        InRange(Day >= 1 && Day <= CivilDate.DaysIn(Month, Year), "day");
        GoTime civil = GoTime.Utc(Year, Month, Day, Hour, Minute, Second, Nanosecond);
        if (IsUtc)
        {
            return civil;
        }

        if (Offset is { } east)
        {
            GoTime instant = new(civil.UnixSeconds - east, Nanosecond, local);
            bool isLocal = instant.Offset == east && (ZoneName.Length == 0 || instant.ZoneName == ZoneName);
            return isLocal ? instant : instant.In(GoZone.Fixed(ZoneName, east));
        }

        GoTime here = new(civil.UnixSeconds - local.At(civil.UnixSeconds).Offset, Nanosecond, local);
        if (ZoneName.Length == 0 || here.ZoneName == ZoneName)
        {
            return here;
        }

        int hours = ZoneName.Length > 3 && ZoneName.StartsWith("GMT", StringComparison.Ordinal)
            ? int.Parse(ZoneName.AsSpan(3), CultureInfo.InvariantCulture)
            : 0;
        return civil.In(GoZone.Fixed(ZoneName, hours * 3600));
    }

    private void UseYearDay()
    {
        InRange(YearDay >= 1 && YearDay <= (CivilDate.IsLeap(Year) ? 366 : 365), "day-of-Year");
        CivilDate date = CivilDate.FromDays(CivilDate.DaysFromEpoch(Year, 1, YearDay));
        bool agrees = (Month < 0 || Month == date.Month) && (Day < 0 || Day == date.Day);
        if (!agrees)
        {
            throw new FormatException($"parsing time {GoQuote.Quote(GoString.From(text))}: day-of-Year does not match month");
        }

        Month = date.Month;
        Day = date.Day;
    }
}
