using System.Collections.Frozen;
using static CsiSecrets.JsonQuery.JmesPath.ArgumentTypes;

namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>The 26 functions of the specification with their signatures.</summary>
internal static class FunctionTable
{
    private const ArgumentTypes Sortable = NumberArray | StringArray;

    private static readonly FrozenDictionary<string, Function> Functions = new Function[]
    {
        new("abs", false, NumberFunctions.Abs, Number),
        new("avg", false, NumberFunctions.Average, NumberArray),
        new("ceil", false, NumberFunctions.Ceiling, Number),
        new("contains", false, ValueFunctions.Contains, ArgumentTypes.Array | ArgumentTypes.String, Any),
        new("ends_with", false, TextFunctions.EndsWith, ArgumentTypes.String, ArgumentTypes.String),
        new("floor", false, NumberFunctions.Floor, Number),
        new("join", false, TextFunctions.Join, ArgumentTypes.String, StringArray),
        new("keys", false, ValueFunctions.Keys, ArgumentTypes.Object),
        new("length", false, ValueFunctions.Length, ArgumentTypes.String | ArgumentTypes.Array | ArgumentTypes.Object),
        new("map", false, ValueFunctions.Map, Reference, ArgumentTypes.Array),
        new("max", false, OrderFunctions.Max, Sortable),
        new("max_by", false, OrderFunctions.MaxBy, ArgumentTypes.Array, Reference),
        new("merge", true, ValueFunctions.Merge, ArgumentTypes.Object),
        new("min", false, OrderFunctions.Min, Sortable),
        new("min_by", false, OrderFunctions.MinBy, ArgumentTypes.Array, Reference),
        new("not_null", true, ValueFunctions.NotNull, Any),
        new("reverse", false, ValueFunctions.Reverse, ArgumentTypes.String | ArgumentTypes.Array),
        new("sort", false, OrderFunctions.Sort, Sortable),
        new("sort_by", false, OrderFunctions.SortBy, ArgumentTypes.Array, Reference),
        new("starts_with", false, TextFunctions.StartsWith, ArgumentTypes.String, ArgumentTypes.String),
        new("sum", false, NumberFunctions.Sum, NumberArray),
        new("to_array", false, ValueFunctions.ToArray, Any),
        new("to_number", false, NumberFunctions.ToNumber, Any),
        new("to_string", false, TextFunctions.ToText, Any),
        new("type", false, static call => JsonTree.Of(TypeName(call[0].Kind)), Any),
        new("values", false, ValueFunctions.Values, ArgumentTypes.Object),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static Function Find(Token name) => Functions.TryGetValue(name.Text, out Function? function)
        ? function
        : throw new JmesPathException(JmesPathErrorKind.UnknownFunction, $"there is no function {name.Text}()", name.Offset);

    public static string TypeName(JsonKind kind) => kind switch
    {
        JsonKind.Null => "null",
        JsonKind.Boolean => "boolean",
        JsonKind.Number => "number",
        JsonKind.String => "string",
        JsonKind.Array => "array",
        _ => "object",
    };
}
