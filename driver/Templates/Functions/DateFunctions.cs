using System.Globalization;
using CsiSecrets.Templates.Dates;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Numbers;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's dates. The clock and the local zone are those of the render's environment.</summary>
internal static class DateFunctions
{
    private const int LongestText = 1024;
    private const string HtmlLayout = "2006-01-02";
    private static readonly GoType[] Two = [GoType.String, GoType.String];
    private static readonly GoType[] TextAndTime = [GoType.String, GoTime.GoTimeType];

    public static FunctionList Functions() => new()
    {
        { "now", [], static (c, _) => Now(c) },
        { "date", [GoType.String, GoType.Interface], static (c, a) => Format(c, S(a, 0), a[1], Local(c)) },
        { "dateInZone date_in_zone", [GoType.String, GoType.Interface, GoType.String], static (c, a) => Format(c, S(a, 0), a[1], Zone(c, S(a, 2))) },
        { "htmlDate", [GoType.Interface], static (c, a) => Format(c, HtmlLayout, a[0], Local(c)) },
        { "htmlDateInZone", [GoType.Interface, GoType.String], static (c, a) => Format(c, HtmlLayout, a[0], Zone(c, S(a, 1))) },
        { "dateModify date_modify", TextAndTime, static (_, a) => GoDuration.TryParse(S(a, 0), out GoDuration d) ? ((GoTime)a[1]!).Add(d) : a[1] },
        { "mustDateModify must_date_modify", TextAndTime, static (_, a) => GoDuration.TryParse(S(a, 0), out GoDuration d) ? ((GoTime)a[1]!).Add(d) : throw BadDuration(a) },
        { "toDate", Two, static (c, a) => LayoutParser.TryParse(S(a, 0), S(a, 1), Local(c), out GoTime time, out _) ? time : GoTime.Zero },
        { "mustToDate", Two, static (c, a) => LayoutParser.TryParse(S(a, 0), S(a, 1), Local(c), out GoTime time, out string error) ? time : throw new GoException(error, "the text is no date of that layout") },
        { "unixEpoch", [GoTime.GoTimeType], static (_, a) => GoString.From(((GoTime)a[0]!).UnixSeconds.ToString(CultureInfo.InvariantCulture)) },
        { "ago", [GoType.Interface], static (c, a) => GoString.From(Now(c).Since(TimeOf(c, a[0])).Round(GoDuration.Second).ToString()) },
        { "duration", [GoType.Interface], static (_, a) => GoString.From(new GoDuration(unchecked(Seconds(a[0]) * GoDuration.Second)).ToString()) },
        { "durationRound", [GoType.Interface], static (c, a) => GoString.From(Rounded(c, a[0])) },
    };

    public static GoZone Local(RenderContext context) => context.Environment.LocalZone;

    /// <summary>A layout, date, duration or zone: no true one is long, and reading one takes time squared in its length.</summary>
    private static string S(object?[] arguments, int index) => Bounded((GoString)arguments[index]!);

    public static string Bounded(GoString text) => text.Length <= LongestText
        ? text.ToString()
        : throw GoException.Plain($"the date, layout or duration is longer than {LongestText} bytes");

    private static GoTime Now(RenderContext context) => GoTime.From(context.Environment.Clock.GetUtcNow(), Local(context));

    private static GoZone Zone(RenderContext context, string name) => name == "Local" ? Local(context) : GoZone.Load(name) ?? GoZone.Utc;

    /// <summary>A time, or seconds as an integer; anything else is now, as in Sprig.</summary>
    private static GoTime TimeOf(RenderContext context, object? value) => value switch
    {
        GoTime time => time,
        nint seconds => GoTime.FromUnix(seconds, Local(context)),
        long seconds => GoTime.FromUnix(seconds, Local(context)),
        int seconds => GoTime.FromUnix(seconds, Local(context)),
        _ => Now(context),
    };

    private static GoString Format(RenderContext context, string layout, object? value, GoZone zone)
    {
        context.Budget.Charge(16L * layout.Length);
        context.Budget.Step(layout.Length);
        GoTime time = TimeOf(context, value);
        return Math.Abs((decimal)time.UnixSeconds) < 1_000_000_000_000_000
            ? GoString.From(time.In(zone).Format(layout))
            : throw GoException.Plain("the year is out of range");
    }

    private static long Seconds(object? value) => value switch
    {
        GoString text => GoNumber.ParseInt(Bounded(text), 10, out long parsed) == GoNumber.Outcome.Syntax ? 0 : parsed,
        long seconds => seconds,
        _ => 0,
    };

    private static string Rounded(RenderContext context, object? value)
    {
        long duration = value switch
        {
            GoString text => GoDuration.TryParse(Bounded(text), out GoDuration parsed) ? parsed.Nanoseconds : 0,
            long nanoseconds => nanoseconds,
            GoTime time => Now(context).Since(time).Nanoseconds,
            _ => 0,
        };
        ulong magnitude = duration < 0 ? 0 - (ulong)duration : (ulong)duration;
        foreach ((ulong seconds, string unit) in (ReadOnlySpan<(ulong, string)>)[(31_536_000, "y"), (2_592_000, "mo"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s")])
        {
            ulong size = seconds * GoDuration.Second;
            if (magnitude > size)
            {
                return (magnitude / size) + unit;
            }
        }

        return "0s";
    }

    private static GoException BadDuration(object?[] arguments) =>
        new("time: invalid duration " + GoQuote.Quote((GoString)arguments[0]!), "the duration is invalid");
}
