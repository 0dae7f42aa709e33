using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Dates;

/// <summary>A Go integer type that prints as a name: time.Month, time.Weekday.</summary>
internal sealed class GoNamed(GoType type, int number, string name) : GoObject
{
    public static readonly GoType Month = new("time.Month", GoKind.Int);
    public static readonly GoType Weekday = new("time.Weekday", GoKind.Int);

    public int Number { get; } = number;

    public override GoType Type => type;

    public override GoString? Text => GoString.From(name);

    public override bool SameAs(GoObject other) => other is GoNamed named && named.Type == Type && named.Number == Number;
}
