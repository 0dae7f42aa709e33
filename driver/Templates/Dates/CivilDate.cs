namespace CsiSecrets.Templates.Dates;

/// <summary>Days and dates of the Gregorian calendar in years of any size, counted from 1970-01-01.</summary>
internal readonly record struct CivilDate(long Year, int Month, int Day)
{
    private static readonly int[] MonthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    public int YearDay => (int)(DaysFromEpoch(Year, Month, Day) - DaysFromEpoch(Year, 1, 1)) + 1;

    public static CivilDate FromDays(long days)
    {
        long shifted = days + 719468;
        long era = Math.DivRem(shifted >= 0 ? shifted : shifted - 146096, 146097).Quotient;
        long dayOfEra = shifted - (era * 146097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long monthIndex = ((5 * dayOfYear) + 2) / 153;
        int day = (int)(dayOfYear - (((153 * monthIndex) + 2) / 5)) + 1;
        int month = (int)(monthIndex < 10 ? monthIndex + 3 : monthIndex - 9);
        return new CivilDate(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    /// <summary>Days since 1970-01-01; month and day may overflow into the next.</summary>
    public static long DaysFromEpoch(long year, long month, long day)
    {
        long months = month - 1;
        long y = year + (long)Math.Floor(months / 12.0);
        long m = months - (12 * (long)Math.Floor(months / 12.0)) + 1;
        y -= m <= 2 ? 1 : 0;
        long era = (y >= 0 ? y : y - 399) / 400;
        long yearOfEra = y - (era * 400);
        long dayOfYear = (((153 * (m > 2 ? m - 3 : m + 9)) + 2) / 5) + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146097) + dayOfEra - 719468;
    }

    public static int DaysIn(int month, long year) => month == 2 && IsLeap(year) ? 29 : MonthDays[month - 1];

    public static bool IsLeap(long year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
