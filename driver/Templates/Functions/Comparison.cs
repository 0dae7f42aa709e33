using System.Numerics;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>eq and lt: basic kinds only, integers of any sign with each other, nil only with nil.</summary>
internal static class Comparison
{
    private enum Basic
    {
        None,
        Bool,
        Complex,
        Integer,
        Float,
        String,
    }

    /// <summary>Whether the first value equals any of the others, from left to right.</summary>
    public static bool Equal(RenderContext context, object?[] values)
    {
        if (values.Length < 2)
        {
            throw GoException.Plain("missing argument for comparison");
        }

        object? left = values[0];
        foreach (object? right in values.AsSpan(1))
        {
            if (EqualPair(context, left, right))
            {
                return true;
            }
        }

        return false;
    }

    public static bool Less(object? left, object? right)
    {
        Basic kind = KindOf(left);
        Basic other = KindOf(right);
        if (kind == Basic.None || other == Basic.None)
        {
            throw GoException.Plain("invalid type for comparison");
        }

        if (kind != other)
        {
            throw Incompatible(left, right);
        }

        switch (kind)
        {
            case Basic.Integer:
                Integers.TryWiden(left, out Int128 a);
                Integers.TryWiden(right, out Int128 b);
                return a < b;
            case Basic.Float:
                return (double)left! < (double)right!;
            case Basic.String:
                return ((GoString)left!).CompareTo((GoString)right!) < 0;
            default:
                throw GoException.Plain("invalid type for comparison");
        }
    }

    private static bool EqualPair(RenderContext context, object? left, object? right)
    {
        Basic kind = KindOf(left);
        if (kind != KindOf(right))
        {
            return left is null || right is null ? false : throw Incompatible(left, right);
        }

        switch (kind)
        {
            case Basic.Bool:
                return (bool)left! == (bool)right!;
            case Basic.Complex:
                return (Complex)left! == (Complex)right!;
            case Basic.Integer:
                Integers.TryWiden(left, out Int128 a);
                Integers.TryWiden(right, out Int128 b);
                return a == b;
            case Basic.Float:
                return (double)left! == (double)right!;
            case Basic.String:
                return ((GoString)left!).Equals((GoString)right!);
            default:
                return EqualOthers(context, left, right);
        }
    }

    private static bool EqualOthers(RenderContext context, object? left, object? right)
    {
        if (left is not null && right is not null && GoType.Of(left)!.Kind != GoType.Of(right)!.Kind)
        {
            string types = $"non-comparable types {GoType.Of(left)} and {GoType.Of(right)}";
            throw new GoException($"non-comparable types {Shown(context, left)}: {GoType.Of(left)}, {GoType.Of(right)}: {context.Print(right)}", types);
        }

        if (IsNil(left) || IsNil(right))
        {
            return IsNil(left) == IsNil(right);
        }

        return right is GoObject other
            ? left is GoObject one && one.Type == other.Type && one.SameAs(other)
            : throw new GoException($"non-comparable type {Shown(context, right)}: {GoType.Of(right)}", $"non-comparable type {GoType.Of(right)}");
    }

    /// <summary>%s, as Go's message prints a value.</summary>
    private static GoString Shown(RenderContext context, object? value)
    {
        ByteBuilder output = context.NewBuilder();
        new Formatter(output, context.Budget).Argument(value, 's');
        return output.ToGoString();
    }

    private static bool IsNil(object? value) => value is null or GoList { IsNil: true } or GoMap { IsNil: true };

    private static GoException Incompatible(object? left, object? right) =>
        GoException.Plain($"incompatible types for comparison: {GoType.Of(left)} and {GoType.Of(right)}");

    private static Basic KindOf(object? value) => value switch
    {
        bool => Basic.Bool,
        Complex => Basic.Complex,
        double => Basic.Float,
        GoString => Basic.String,
        null or GoList or GoMap or GoObject => Basic.None,
        _ => Basic.Integer,
    };
}
