using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Dates;

/// <summary>Go's time.Time: seconds since 1970, nanoseconds, a zone.</summary>
internal sealed class GoTime(long unixSeconds, int nanosecond, GoZone zone) : GoObject
{
    public static readonly GoType GoTimeType = new("time.Time", GoKind.Struct);

    /// <summary>0001-01-01 00:00:00 UTC.</summary>
    public static readonly GoTime Zero = new(-62135596800, 0, GoZone.Utc);

    public long UnixSeconds { get; } = unixSeconds;

    public int Nanosecond { get; } = nanosecond;

    public GoZone Zone { get; } = zone;

    public int Offset => Zone.At(UnixSeconds).Offset;

    public string ZoneName => Zone.At(UnixSeconds).Name;

    public CivilDate Date => CivilDate.FromDays(LocalDays);

    public int Weekday => (int)((((LocalDays + 4) % 7) + 7) % 7);

    public (int Hour, int Minute, int Second) Clock
    {
        get
        {
            int second = (int)(LocalSeconds - (LocalDays * 86400));
            return (second / 3600, second / 60 % 60, second % 60);
        }
    }

    public override GoType Type => GoTimeType;

    public override GoString? Text => GoString.From(Format("2006-01-02 15:04:05.999999999 -0700 MST"));

    private long LocalSeconds => UnixSeconds + Offset;

    private long LocalDays => (long)Math.Floor((decimal)LocalSeconds / 86400);

    public static GoTime FromUnix(long seconds, GoZone zone) => new(seconds, 0, zone);

    public static GoTime From(DateTimeOffset time, GoZone zone)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        long seconds = (long)Math.Floor((decimal)ticks / TimeSpan.TicksPerSecond);
        return new GoTime(seconds, (int)(ticks - (seconds * TimeSpan.TicksPerSecond)) * 100, zone);
    }

    /// <summary>The instant of a civil time in UTC; fields may overflow.</summary>
    public static GoTime Utc(long year, long month, long day, int hour, int minute, int second, int nanosecond) =>
        new((CivilDate.DaysFromEpoch(year, month, day) * 86400) + (hour * 3600) + (minute * 60) + second, nanosecond, GoZone.Utc);

    public GoTime In(GoZone other) => new(UnixSeconds, Nanosecond, other);

    public GoTime Add(GoDuration duration)
    {
        Int128 total = ((Int128)UnixSeconds * 1_000_000_000) + Nanosecond + duration.Nanoseconds;
        Int128 seconds = total / 1_000_000_000;
        Int128 rest = total % 1_000_000_000;
        if (rest < 0)
        {
            rest += 1_000_000_000;
            seconds--;
        }

        return new GoTime((long)seconds, (int)rest, Zone);
    }

    /// <summary>The civil time moved by years, months and days, read again in the same zone.</summary>
    public GoTime AddDate(long years, long months, long days)
    {
        CivilDate date = Date;
        (int hour, int minute, int second) = Clock;
        GoTime moved = Utc(date.Year + years, date.Month + months, date.Day + days, hour, minute, second, Nanosecond);
        return new GoTime(moved.UnixSeconds - Zone.At(moved.UnixSeconds - Offset).Offset, Nanosecond, Zone);
    }

    /// <summary>Nanoseconds from another time, held within 64 bits.</summary>
    public GoDuration Since(GoTime other)
    {
        Int128 difference = (((Int128)UnixSeconds - other.UnixSeconds) * 1_000_000_000) + Nanosecond - other.Nanosecond;
        return new GoDuration((long)Int128.Clamp(difference, long.MinValue, long.MaxValue));
    }

    public string Format(string layout) => LayoutFormatter.Format(this, layout);

    public int CompareInstant(GoTime other) =>
        UnixSeconds != other.UnixSeconds ? UnixSeconds.CompareTo(other.UnixSeconds) : Nanosecond.CompareTo(other.Nanosecond);

    public override TemplateFunction? Method(string name) => TimeMethods.Find(this, name);

    public override bool SameAs(GoObject other) =>
        other is GoTime time && CompareInstant(time) == 0 && ReferenceEquals(Zone, time.Zone);
}
