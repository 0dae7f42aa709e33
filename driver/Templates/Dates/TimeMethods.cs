using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Dates;

/// <summary>The methods of time.Time that a template may call.</summary>
internal static class TimeMethods
{
    private static readonly GoType[] Other = [GoTime.GoTimeType];

    public static TemplateFunction? Find(GoTime t, string name) => name switch
    {
        "Year" => Value(name, () => Boxed.Int(t.Date.Year)),
        "Month" => Value(name, () => new GoNamed(GoNamed.Month, t.Date.Month, DateNames.Months[t.Date.Month - 1])),
        "Day" => Value(name, () => Boxed.Int(t.Date.Day)),
        "Hour" => Value(name, () => Boxed.Int(t.Clock.Hour)),
        "Minute" => Value(name, () => Boxed.Int(t.Clock.Minute)),
        "Second" => Value(name, () => Boxed.Int(t.Clock.Second)),
        "Nanosecond" => Value(name, () => Boxed.Int(t.Nanosecond)),
        "YearDay" => Value(name, () => Boxed.Int(t.Date.YearDay)),
        "Weekday" => Value(name, () => new GoNamed(GoNamed.Weekday, t.Weekday, DateNames.Days[t.Weekday])),
        "Unix" => Value(name, () => t.UnixSeconds),
        "UnixMilli" => Value(name, () => unchecked((t.UnixSeconds * 1000) + (t.Nanosecond / 1_000_000))),
        "UnixMicro" => Value(name, () => unchecked((t.UnixSeconds * 1_000_000) + (t.Nanosecond / 1000))),
        "UnixNano" => Value(name, () => unchecked((t.UnixSeconds * 1_000_000_000) + t.Nanosecond)),
        "String" => Value(name, () => t.Text!),
        "UTC" => Value(name, () => t.In(GoZone.Utc)),
        "IsZero" => Value(name, () => Boxed.Bool(t.CompareInstant(GoTime.Zero) == 0)),
        "Local" => new TemplateFunction(name, [], false, (c, _) => t.In(DateFunctions.Local(c))),
        "Format" => new TemplateFunction(name, [GoType.String], false, (_, a) => GoString.From(t.Format(DateFunctions.Bounded((GoString)a[0]!)))),
        "AddDate" => new TemplateFunction(name, [GoType.Int, GoType.Int, GoType.Int], false, (_, a) => t.AddDate(Small(a[0]), Small(a[1]), Small(a[2]))),
        "Before" => new TemplateFunction(name, Other, false, (_, a) => Boxed.Bool(t.CompareInstant((GoTime)a[0]!) < 0)),
        "After" => new TemplateFunction(name, Other, false, (_, a) => Boxed.Bool(t.CompareInstant((GoTime)a[0]!) > 0)),
        "Equal" => new TemplateFunction(name, Other, false, (_, a) => Boxed.Bool(t.CompareInstant((GoTime)a[0]!) == 0)),
        "Compare" => new TemplateFunction(name, Other, false, (_, a) => Boxed.Int(t.CompareInstant((GoTime)a[0]!))),
        "Sub" => new TemplateFunction(name, Other, false, (_, a) => t.Since((GoTime)a[0]!)),
        _ => null,
    };

    private static TemplateFunction Value(string name, Func<object> read) => new(name, [], false, (_, _) => read());

    private static long Small(object? value) => Math.Clamp((long)(nint)value!, -1_000_000_000, 1_000_000_000);
}
