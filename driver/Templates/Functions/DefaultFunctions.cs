using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's defaults, flow control and reflection.</summary>
internal static class DefaultFunctions
{
    private static readonly GoType[] One = [GoType.Interface];
    private static readonly GoType[] Two = [GoType.Interface, GoType.Interface];
    private static readonly GoType[] TextAndAny = [GoType.String, GoType.Interface];

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "empty", One, static (_, a) => Boxed.Bool(IsEmpty(a[0])) },
            { "ternary", [GoType.Interface, GoType.Interface, GoType.Bool], static (_, a) => (bool)a[2]! ? a[0] : a[1] },
            { "fail", [GoType.String], static (_, a) => throw new GoException(((GoString)a[0]!).ToString()) },
            { "typeOf", One, static (_, a) => GoString.From(TypeName(a[0])) },
            { "typeIs", TextAndAny, static (_, a) => Boxed.Bool(Name(a[0]) == TypeName(a[1])) },
            { "typeIsLike", TextAndAny, static (_, a) => Boxed.Bool(Name(a[0]) == TypeName(a[1]) || "*" + Name(a[0]) == TypeName(a[1])) },
            { "kindOf", One, static (_, a) => GoString.From(KindName(a[0])) },
            { "kindIs", TextAndAny, static (_, a) => Boxed.Bool(Name(a[0]) == KindName(a[1])) },
            { "deepEqual", Two, static (c, a) => Boxed.Bool(DeepEquality.Same(c.Budget, a[0], a[1])) },
        };
        list.AddVariadic("default", Two, static (_, a) => a.Length < 2 || IsEmpty(a[1]) ? a[0] : a[1]);
        list.AddVariadic("coalesce", One, static (_, a) => Array.Find(a, static v => !IsEmpty(v)));
        list.AddVariadic("all", One, static (_, a) => Boxed.Bool(!Array.Exists(a, IsEmpty)));
        list.AddVariadic("any", One, static (_, a) => Boxed.Bool(Array.Exists(a, static v => !IsEmpty(v))));
        return list;
    }

    public static bool IsEmpty(object? value) => !Truth.Of(value);

    private static string Name(object? value) => ((GoString)value!).ToString();

    private static string TypeName(object? value) => GoType.Of(value)?.Name ?? "<nil>";

    private static string KindName(object? value) => GoType.Of(value)?.KindName ?? "invalid";
}
