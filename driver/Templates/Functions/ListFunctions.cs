using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's list functions. None changes its argument.</summary>
internal static class ListFunctions
{
    private static readonly GoType[] One = [GoType.Interface];
    private static readonly GoType[] Two = [GoType.Interface, GoType.Interface];

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "append push mustAppend mustPush", Two, static (c, a) => c.NewList(GoType.Interface, [.. Of(a[0], "push on").Items, a[1]]) },
            { "prepend mustPrepend", Two, static (c, a) => c.NewList(GoType.Interface, [a[1], .. Of(a[0], "prepend on").Items]) },
            { "first mustFirst", One, static (_, a) => Of(a[0], "find first on").Items.FirstOrDefault() },
            { "last mustLast", One, static (_, a) => Of(a[0], "find last on").Items.LastOrDefault() },
            { "rest mustRest", One, static (c, a) => Part(c, Of(a[0], "find rest on"), 1, 0) },
            { "initial mustInitial", One, static (c, a) => Part(c, Of(a[0], "find initial on"), 0, 1) },
            { "reverse mustReverse", One, static (c, a) => c.NewList(GoType.Interface, [.. Of(a[0], "find reverse on").Items.Reverse()]) },
            { "compact mustCompact", One, static (c, a) => c.NewList(GoType.Interface, [.. Of(a[0], "compact on").Items.Where(static i => !DefaultFunctions.IsEmpty(i))]) },
            { "uniq mustUniq", One, static (c, a) => Unique(c, Of(a[0], "find uniq on")) },
            { "has mustHas", Two, static (c, a) => Boxed.Bool(a[1] is not null && Holds(c, Of(a[1], "find has on").Items, a[0])) },
            { "chunk mustChunk", [GoType.Int, GoType.Interface], Chunk },
        };
        list.AddVariadic("list tuple", One, static (c, a) => c.NewList(GoType.Interface, a));
        list.AddVariadic("without mustWithout", Two, Without);
        list.AddVariadic("slice mustSlice", Two, Slice);
        list.AddVariadic("concat", One, Concat);
        return list;
    }

    /// <summary>The argument as a list; Go's own complaint where it is none.</summary>
    private static GoList Of(object? value, string verb) => value switch
    {
        GoList list => list,
        null => throw GoException.Plain("runtime error: invalid memory address or nil pointer dereference"),
        _ => throw GoException.Plain($"Cannot {verb} type {GoType.Of(value)!.KindName}"),
    };

    private static GoList Part(RenderContext context, GoList list, int skipFirst, int skipLast) =>
        list.Count == 0 ? GoList.Nil(GoType.Interface) : context.NewList(GoType.Interface, list.Items[skipFirst..^skipLast]);

    private static bool Holds(RenderContext context, IEnumerable<object?> items, object? wanted) =>
        items.Any(item => DeepEquality.Same(context.Budget, wanted, item));

    private static GoList Unique(RenderContext context, GoList list)
    {
        List<object?> unique = [];
        foreach (object? item in list.Items)
        {
            if (!Holds(context, unique, item))
            {
                unique.Add(item);
            }
        }

        return context.NewList(GoType.Interface, [.. unique]);
    }

    private static GoList Without(RenderContext context, object?[] arguments)
    {
        GoList list = Of(arguments[0], "find without on");
        object?[] omitted = arguments[1..];
        return context.NewList(GoType.Interface, [.. list.Items.Where(item => !Holds(context, omitted, item))]);
    }

    private static object? Slice(RenderContext context, object?[] arguments)
    {
        if (arguments[0] is not GoList list)
        {
            throw GoException.Plain(arguments[0] is null
                ? "runtime error: invalid memory address or nil pointer dereference"
                : "list should be type of slice or array but " + GoType.Of(arguments[0])!.KindName);
        }

        if (list.Count == 0)
        {
            return null;
        }

        long start = arguments.Length > 1 ? Casts.ToInt64(arguments[1]) : 0;
        long end = arguments.Length > 2 ? Casts.ToInt64(arguments[2]) : list.Count;
        return start >= 0 && start <= end && end <= list.Count
            ? context.NewList(list.Element, list.Items[(int)start..(int)end])
            : throw GoException.Plain("reflect.Value.Slice: slice index out of bounds");
    }

    private static GoList Concat(RenderContext context, object?[] arguments)
    {
        List<object?> all = [];
        foreach (object? argument in arguments)
        {
            GoList list = argument switch
            {
                GoList l => l,
                null => throw GoException.Plain("runtime error: invalid memory address or nil pointer dereference"),
                _ => throw GoException.Plain($"Cannot concat type {GoType.Of(argument)!.KindName} as list"),
            };
            context.Budget.Charge(16L * list.Count);
            all.AddRange(list.Items);
        }

        return all.Count == 0 ? GoList.Nil(GoType.Interface) : context.NewList(GoType.Interface, [.. all]);
    }

    private static GoList Chunk(RenderContext context, object?[] arguments)
    {
        long size = (nint)arguments[0]!;
        if (arguments[1] is not GoList list)
        {
            throw GoException.Plain(arguments[1] is null
                ? "runtime error: invalid memory address or nil pointer dereference"
                : $"Cannot chunk type {GoType.Of(arguments[1])!.KindName}");
        }

        if (size <= 0 && list.Count > 0)
        {
            throw GoException.Plain("runtime error: makeslice: len out of range");
        }

        int count = list.Count == 0 ? 0 : (int)((list.Count - 1) / size) + 1;
        object?[] chunks = new object?[count];
        for (int i = 0; i < count; i++)
        {
            int from = (int)(i * size);
            int to = (int)Math.Min(from + size, list.Count);
            chunks[i] = context.NewList(GoType.Interface, list.Items[from..to]);
        }

        return context.NewList(GoType.InterfaceSlice, chunks);
    }
}
