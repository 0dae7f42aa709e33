using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>The functions of the template language itself, but for slice, which Sprig replaces.</summary>
internal static class Builtins
{
    public static FunctionList Functions() => new()
    {
        new TemplateFunction("and", [GoType.Any, GoType.Any], true, static (_, _) => null) { StopsAt = false },
        new TemplateFunction("or", [GoType.Any, GoType.Any], true, static (_, _) => null) { StopsAt = true },
        { "not", [GoType.Any], static (_, a) => Boxed.Bool(!Truth.Of(a[0])) },
        { "len", [GoType.Any], static (_, a) => Boxed.Int(Length(a[0])) },
        new TemplateFunction("index", [GoType.Any, GoType.Any], true, Index),
        new TemplateFunction("call", [GoType.Any, GoType.Any], true, Call),
        new TemplateFunction("print", [GoType.Interface], true, static (c, a) => Print(c, a)),
        new TemplateFunction("println", [GoType.Interface], true, PrintLine),
        new TemplateFunction("printf", [GoType.String, GoType.Interface], true, PrintFormat),
        new TemplateFunction("html", [GoType.Interface], true, static (c, a) => Escapers.Html(c.NewBuilder(), Text(c, a))),
        new TemplateFunction("js", [GoType.Interface], true, static (c, a) => Escapers.JavaScript(c.NewBuilder(), Text(c, a))),
        new TemplateFunction("urlquery", [GoType.Interface], true, static (c, a) => Escapers.Query(c.NewBuilder(), Text(c, a))),
        new TemplateFunction("eq", [GoType.Any, GoType.Any], true, static (c, a) => Boxed.Bool(Comparison.Equal(c, a))),
        { "ne", [GoType.Any, GoType.Any], static (c, a) => Boxed.Bool(!Comparison.Equal(c, a)) },
        { "lt", [GoType.Any, GoType.Any], static (_, a) => Boxed.Bool(Comparison.Less(a[0], a[1])) },
        { "le", [GoType.Any, GoType.Any], static (c, a) => Boxed.Bool(Comparison.Less(a[0], a[1]) || Comparison.Equal(c, a)) },
        { "gt", [GoType.Any, GoType.Any], static (c, a) => Boxed.Bool(!(Comparison.Less(a[0], a[1]) || Comparison.Equal(c, a))) },
        { "ge", [GoType.Any, GoType.Any], static (_, a) => Boxed.Bool(!Comparison.Less(a[0], a[1])) },
    };

    private static long Length(object? value) => value switch
    {
        GoString text => text.Length,
        GoList list => list.Count,
        GoMap map => map.Count,
        null => throw GoException.Plain("reflect: call of reflect.Value.Type on zero Value"),
        _ => throw GoException.Plain("len of type " + GoType.Of(value)),
    };

    private static object? Index(RenderContext context, object?[] arguments)
    {
        object? item = arguments[0] ?? throw GoException.Plain("index of untyped nil");
        foreach (object? index in arguments.AsSpan(1))
        {
            item = item switch
            {
                GoString text => text.Span[Position(index, text.Length, "string")],
                GoList list => list.Items[Position(index, list.Count, "slice")],
                GoMap map => map.TryGet(Key(index), out object? entry) ? entry : map.Element.Zero,
                null => throw GoException.Plain("index of nil pointer"),
                _ => throw GoException.Plain("can't index item of type " + GoType.Of(item)),
            };
        }

        return item;
    }

    private static GoString Key(object? index) => index switch
    {
        GoString key => key,
        null => throw GoException.Plain("value is nil; should be of type string"),
        _ => throw GoException.Plain($"value has type {GoType.Of(index)}; should be string"),
    };

    private static int Position(object? index, int length, string what)
    {
        if (!Integers.TryWiden(index, out Int128 position))
        {
            throw GoException.Plain(index is null
                ? "cannot index slice/array with nil"
                : "cannot index slice/array with type " + GoType.Of(index));
        }

        if (position < 0 || position > length)
        {
            throw new GoException($"index out of range: {position}", "index out of range");
        }

        return position < length ? (int)position : throw GoException.Plain($"reflect: {what} index out of range");
    }

    private static object? Call(RenderContext context, object?[] arguments)
    {
        if (arguments[0] is not { } value)
        {
            throw GoException.Plain("call of nil");
        }

        throw new GoException($"non-function {context.Print(value)} of type {GoType.Of(value)}", $"non-function of type {GoType.Of(value)}");
    }

    private static GoString Print(RenderContext context, object?[] arguments)
    {
        ByteBuilder output = context.NewBuilder();
        new Formatter(output, context.Budget).Print(arguments);
        return output.ToGoString();
    }

    private static GoString PrintLine(RenderContext context, object?[] arguments)
    {
        ByteBuilder output = context.NewBuilder();
        new Formatter(output, context.Budget).PrintLine(arguments);
        return output.ToGoString();
    }

    private static GoString PrintFormat(RenderContext context, object?[] arguments)
    {
        ByteBuilder output = context.NewBuilder();
        FormatString.Write(output, context.Budget, (GoString)arguments[0]!, arguments[1..]);
        return output.ToGoString();
    }

    /// <summary>What the escapers escape: one string as it is, else everything printed; nil is &lt;no value&gt; here.</summary>
    private static GoString Text(RenderContext context, object?[] arguments) =>
        arguments is [GoString text] ? text : Print(context, [.. arguments.Select(static a => a ?? GoString.From("<no value>"))]);
}
