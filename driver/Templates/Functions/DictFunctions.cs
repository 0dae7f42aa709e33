using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's dict functions. set, unset and merge change their first argument, as in Go.</summary>
internal static class DictFunctions
{
    private static readonly GoType[] MapAndKey = [GoType.InterfaceMap, GoType.String];

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "get", MapAndKey, static (_, a) => Map(a, 0).TryGet(Key(a, 1), out object? value) ? value : GoString.Empty },
            { "hasKey", MapAndKey, static (_, a) => Boxed.Bool(Map(a, 0).Contains(Key(a, 1))) },
            { "unset", MapAndKey, Unset },
            { "set", [GoType.InterfaceMap, GoType.String, GoType.Interface], Set },
            { "values", [GoType.InterfaceMap], static (c, a) => c.NewList(GoType.Interface, [.. Map(a, 0).Sorted().Select(static e => e.Value)]) },
            { "deepCopy mustDeepCopy", [GoType.Interface], static (c, a) => DeepCopy.Of(c.Budget, a[0]) },
        };
        list.AddVariadic("dict", [GoType.Interface], Dict);
        list.AddVariadic("keys", [GoType.InterfaceMap], Keys);
        list.AddVariadic("pluck", [GoType.String, GoType.InterfaceMap], Pluck);
        list.AddVariadic("pick", MapAndKey, static (c, a) => Filter(c, a, true));
        list.AddVariadic("omit", MapAndKey, static (c, a) => Filter(c, a, false));
        list.AddVariadic("dig", [GoType.Interface], Dig);
        list.AddVariadic("merge mustMerge", [GoType.InterfaceMap, GoType.InterfaceMap], static (c, a) => Merging.All(c.Budget, a, false));
        list.AddVariadic("mergeOverwrite mustMergeOverwrite", [GoType.InterfaceMap, GoType.InterfaceMap], static (c, a) => Merging.All(c.Budget, a, true));
        return list;
    }

    private static GoMap Map(object?[] arguments, int index) => (GoMap)arguments[index]!;

    private static GoString Key(object?[] arguments, int index) => (GoString)arguments[index]!;

    private static GoMap Dict(RenderContext context, object?[] arguments)
    {
        context.Budget.Charge(48L * arguments.Length);
        GoMap map = GoMap.OfAny(arguments.Length / 2);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            map.Set(context.Print(arguments[i]), i + 1 < arguments.Length ? arguments[i + 1] : GoString.Empty);
        }

        return map;
    }

    private static GoMap Set(RenderContext context, object?[] arguments)
    {
        context.Budget.Charge(64);
        Map(arguments, 0).Set(Key(arguments, 1), arguments[2]);
        return Map(arguments, 0);
    }

    private static GoMap Unset(RenderContext context, object?[] arguments)
    {
        Map(arguments, 0).Remove(Key(arguments, 1));
        return Map(arguments, 0);
    }

    /// <summary>In sorted order, where Go's is random.</summary>
    private static GoList Keys(RenderContext context, object?[] arguments) =>
        context.NewList(GoType.String, [.. arguments.Cast<GoMap>().SelectMany(static m => m.Sorted()).Select(static e => e.Key)]);

    private static GoList Pluck(RenderContext context, object?[] arguments)
    {
        List<object?> found = [];
        foreach (object? map in arguments.AsSpan(1))
        {
            if (((GoMap)map!).TryGet(Key(arguments, 0), out object? value))
            {
                found.Add(value);
            }
        }

        return context.NewList(GoType.Interface, [.. found]);
    }

    private static GoMap Filter(RenderContext context, object?[] arguments, bool keep)
    {
        HashSet<GoString> names = [.. arguments.Skip(1).Cast<GoString>()];
        GoMap source = Map(arguments, 0);
        context.Budget.Charge(64L * source.Count);
        GoMap result = GoMap.OfAny();
        foreach (KeyValuePair<GoString, object?> entry in source.Sorted())
        {
            if (names.Contains(entry.Key) == keep)
            {
                result.Set(entry.Key, entry.Value);
            }
        }

        return result;
    }

    private static object? Dig(RenderContext context, object?[] arguments)
    {
        if (arguments.Length < 3)
        {
            throw GoException.Plain("dig needs at least three arguments");
        }

        object? step = arguments[^1];
        foreach (object? key in arguments.AsSpan(0, arguments.Length - 2))
        {
            if (step is not GoMap { Element.Kind: GoKind.Interface } map)
            {
                throw GoException.Plain($"interface conversion: interface {{}} is {GoType.Of(step)?.Name ?? "nil"}, not map[string]interface {{}}");
            }

            if (key is not GoString name)
            {
                throw GoException.Plain($"interface conversion: interface {{}} is {GoType.Of(key)?.Name ?? "nil"}, not string");
            }

            if (!map.TryGet(name, out step))
            {
                return arguments[^2];
            }
        }

        return step;
    }
}
