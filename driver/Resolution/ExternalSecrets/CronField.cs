using System.Globalization;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>What a field of cron may hold.</summary>
/// <param name="Name">For messages.</param>
/// <param name="First">Its smallest number.</param>
/// <param name="Last">Its largest.</param>
/// <param name="Words">Names of its numbers, from the first on.</param>
internal sealed record CronRange(string Name, int First, int Last, IReadOnlyList<string> Words);

/// <summary>One field of cron as a set of numbers.</summary>
/// <param name="Bits">Bit n for the number n.</param>
/// <param name="IsAny">The field begins with a star.</param>
internal readonly record struct CronField(ulong Bits, bool IsAny)
{
    public static readonly IReadOnlyList<CronRange> Ranges =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new("day of week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    public bool Has(int number) => (Bits >> number & 1) == 1;

    /// <summary>A list of <c>*</c>, <c>a</c>, <c>a-b</c>, each perhaps with <c>/step</c>; null when it is not.</summary>
    public static CronField? TryParse(string text, CronRange range)
    {
        ulong bits = 0;
        bool any = false;
        foreach (string item in text.Split(','))
        {
            string[] stepped = item.Split('/');
            int step = 1;
            if (stepped.Length > 2 || (stepped.Length == 2 && (!Digits(stepped[1], out step) || step == 0)))
            {
                return null;
            }

            int from;
            int to;
            if (stepped[0] is "*" or "?")
            {
                (from, to) = (range.First, range.Last);
                any |= step == 1;
            }
            else
            {
                string[] ends = stepped[0].Split('-');
                if (ends.Length > 2 || !Number(ends[0], range, out from) || !Number(ends[^1], range, out to) || to < from)
                {
                    return null;
                }

                // "5/15" is from 5 on.
                to = ends.Length == 1 && stepped.Length == 2 ? range.Last : to;
            }

            for (int number = from; number <= to; number += step)
            {
                bits |= 1UL << number;
            }
        }

        return new CronField(bits, any);
    }

    private static bool Number(string text, CronRange range, out int number)
    {
        for (int i = 0; i < range.Words.Count; i++)
        {
            if (range.Words[i].Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                number = range.First + i;
                return true;
            }
        }

        return Digits(text, out number) && number >= range.First && number <= range.Last;
    }

    private static bool Digits(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
