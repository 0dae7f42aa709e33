using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>A schedule in UTC: five fields of cron, a word such as @daily, or @every with a duration, counted from 1970.</summary>
internal sealed class CronSchedule
{
    /// <summary>29 February on a given weekday comes every 28 years at most, save around 2100.</summary>
    private const int LastYears = 41;

    private readonly CronField minutes;
    private readonly CronField hours;
    private readonly CronField days;
    private readonly CronField months;
    private readonly CronField weekdays;
    private readonly TimeSpan every;

    private CronSchedule(TimeSpan every) => this.every = every;

    private CronSchedule(IReadOnlyList<CronField> fields) =>
        (minutes, hours, days, months, weekdays) = (fields[0], fields[1], fields[2], fields[3], fields[4]);

    /// <summary>Null, and the problem, when the text is no schedule.</summary>
    public static CronSchedule? TryParse(string text, out string problem)
    {
        problem = $"{FieldProblems.Show(text)} is not a schedule";
        const string Every = "@every ";
        if (text.StartsWith(Every, StringComparison.Ordinal))
        {
            return GoDuration.TryParse(text[Every.Length..], out TimeSpan span) && span >= TimeSpan.FromSeconds(1)
                ? new CronSchedule(TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds)))
                : null;
        }

        string plain = text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => text,
        };
        string[] parts = plain.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != CronField.Ranges.Count)
        {
            return null;
        }

        var fields = new List<CronField>();
        for (int i = 0; i < parts.Length; i++)
        {
            if (CronField.TryParse(parts[i], CronField.Ranges[i]) is not { } field)
            {
                problem = $"{FieldProblems.Show(parts[i])} is not a {CronField.Ranges[i].Name} of a schedule";
                return null;
            }

            fields.Add(field);
        }

        return new CronSchedule(fields);
    }

    /// <summary>The first instant of the schedule after <paramref name="after"/>; null when there is none, as for 30 February.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (every > TimeSpan.Zero)
        {
            long elapsed = (after - DateTimeOffset.UnixEpoch).Ticks;
            long steps = (long)Math.Floor((decimal)elapsed / every.Ticks);
            return DateTimeOffset.UnixEpoch.AddTicks((steps + 1) * every.Ticks);
        }

        DateTime minute = after.UtcDateTime;
        minute = new DateTime(minute.Year, minute.Month, minute.Day, minute.Hour, minute.Minute, 0, DateTimeKind.Utc).AddMinutes(1);
        int lastYear = Math.Min(minute.Year + LastYears, 9998);
        while (minute.Year <= lastYear)
        {
            if (!months.Has(minute.Month))
            {
                minute = new DateTime(minute.Year, minute.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
            }
            else if (!IsDay(minute))
            {
                minute = minute.Date.AddDays(1);
            }
            else if (!hours.Has(minute.Hour))
            {
                minute = minute.Date.AddHours(minute.Hour + 1);
            }
            else if (!minutes.Has(minute.Minute))
            {
                minute = minute.AddMinutes(1);
            }
            else
            {
                return new DateTimeOffset(minute, TimeSpan.Zero);
            }
        }

        return null;
    }

    /// <summary>Where both the day of the month and the weekday are given, one of them is enough.</summary>
    private bool IsDay(DateTime at)
    {
        bool day = days.Has(at.Day);
        bool weekday = weekdays.Has((int)at.DayOfWeek);
        return days.IsAny || weekdays.IsAny ? day && weekday : day || weekday;
    }
}
