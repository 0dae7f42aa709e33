using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Numbers;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's arithmetic, conversions and ranges of integers.</summary>
internal static class NumberFunctions
{
    private static readonly GoType[] One = [GoType.Interface];
    private static readonly GoType[] Two = [GoType.Interface, GoType.Interface];

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "atoi", [GoType.String], Atoi },
            { "int64", One, static (_, a) => Casts.ToInt64(a[0]) },
            { "int", One, static (_, a) => Boxed.Int(Casts.ToInt64(a[0])) },
            { "float64", One, static (_, a) => Casts.ToFloat64(a[0]) },
            { "toDecimal", One, static (c, a) => GoNumber.ParseInt(c.Print(a[0]).ToString(), 8, out long n) == GoNumber.Outcome.Good ? n : 0L },
            { "add1", One, static (_, a) => unchecked(Casts.ToInt64(a[0]) + 1) },
            { "sub", Two, static (_, a) => unchecked(Casts.ToInt64(a[0]) - Casts.ToInt64(a[1])) },
            { "div", Two, static (_, a) => Divide(Casts.ToInt64(a[0]), Casts.ToInt64(a[1]), false) },
            { "mod", Two, static (_, a) => Divide(Casts.ToInt64(a[0]), Casts.ToInt64(a[1]), true) },
            { "add1f", One, static (_, a) => (DecimalNumber.From(Casts.ToFloat64(a[0])) + DecimalNumber.From(1)).ToDouble() },
            { "ceil", One, static (_, a) => Math.Ceiling(Casts.ToFloat64(a[0])) },
            { "floor", One, static (_, a) => Math.Floor(Casts.ToFloat64(a[0])) },
            { "randInt", [GoType.Int, GoType.Int], RandomInt },
            { "until", [GoType.Int], static (c, a) => Range(c, 0, (nint)a[0]!, (nint)a[0]! < 0 ? -1 : 1) },
            { "untilStep", [GoType.Int, GoType.Int, GoType.Int], static (c, a) => Range(c, (nint)a[0]!, (nint)a[1]!, (nint)a[2]!) },
        };
        list.AddVariadic("add", One, static (_, a) => a.Aggregate(0L, static (sum, v) => unchecked(sum + Casts.ToInt64(v))));
        list.AddVariadic("mul", Two, static (_, a) => a.Aggregate(1L, static (product, v) => unchecked(product * Casts.ToInt64(v))));
        list.AddVariadic("max biggest", Two, static (_, a) => a.Max(Casts.ToInt64));
        list.AddVariadic("min", Two, static (_, a) => a.Min(Casts.ToInt64));
        list.AddVariadic("maxf", Two, static (_, a) => a.Select(Casts.ToFloat64).Aggregate(Math.Max));
        list.AddVariadic("minf", Two, static (_, a) => a.Select(Casts.ToFloat64).Aggregate(Math.Min));
        list.AddVariadic("addf", One, static (_, a) => Fold([0d, .. a], static (x, y) => x + y));
        list.AddVariadic("subf", Two, static (_, a) => Fold(a, static (x, y) => x - y));
        list.AddVariadic("mulf", Two, static (_, a) => Fold(a, static (x, y) => x * y));
        list.AddVariadic("divf", Two, static (_, a) => Fold(a, static (x, y) => x / y));
        list.AddVariadic("round", [GoType.Interface, GoType.Int, GoType.Float64], Round);
        list.AddVariadic("seq", [GoType.Int], Sequence);
        return list;
    }

    /// <summary>The integers from start to before stop; the budget stops a long one before it is made.</summary>
    private static GoList Range(RenderContext context, long start, long stop, long step)
    {
        if (step == 0 || (stop < start) != (step < 0))
        {
            return new GoList(GoType.Int, []);
        }

        Int128 distance = Int128.Abs((Int128)stop - start);
        Int128 whole = (distance + Int128.Abs(step) - 1) / Int128.Abs(step);
        long count = (long)Int128.Min(whole, long.MaxValue / 64);
        context.Budget.Charge(count * 32);
        context.Budget.Step(count);
        object?[] items = new object?[count];
        for (long i = 0; i < count; i++)
        {
            items[i] = Boxed.Int(start + (i * step));
        }

        return new GoList(GoType.Int, items);
    }

    private static object Atoi(RenderContext context, object?[] arguments)
    {
        GoNumber.Outcome outcome = GoNumber.ParseInt(((GoString)arguments[0]!).ToString(), 10, out long value);
        return Boxed.Int(outcome == GoNumber.Outcome.Syntax ? 0 : value);
    }

    private static long Divide(long left, long right, bool remainder)
    {
        if (right == 0)
        {
            throw GoException.Plain("runtime error: integer divide by zero");
        }

        // The smallest number by -1 wraps, as in Go.
        if (right == -1)
        {
            return remainder ? 0 : unchecked(-left);
        }

        return remainder ? left % right : left / right;
    }

    private static object RandomInt(RenderContext context, object?[] arguments)
    {
        long low = (nint)arguments[0]!;
        long high = (nint)arguments[1]!;
        return unchecked(high - low) > 0
            ? Boxed.Int(RandomFunctions.RandInt(low, high, context.Environment.Random))
            : throw GoException.Plain("invalid argument to Intn");
    }

    private static double Fold(object?[] values, Func<DecimalNumber, DecimalNumber, DecimalNumber> operation) =>
        values.Select(static v => DecimalNumber.From(Casts.ToFloat64(v))).Aggregate(operation).ToDouble();

    private static object Round(RenderContext context, object?[] arguments)
    {
        double power = Math.Pow(10, (nint)arguments[1]!);
        double digit = power * Casts.ToFloat64(arguments[0]);
        double limit = arguments.Length > 2 ? (double)arguments[2]! : .5;
        double rounded = digit - Math.Truncate(digit) >= limit ? Math.Ceiling(digit) : Math.Floor(digit);
        return rounded / power;
    }

    private static object Sequence(RenderContext context, object?[] arguments)
    {
        long[] n = [.. arguments.Select(static a => (long)(nint)a!)];
        GoList list = n.Length switch
        {
            1 => Range(context, 1, n[0] + (n[0] < 1 ? -1 : 1), n[0] < 1 ? -1 : 1),
            2 => Range(context, n[0], n[1] + (n[1] < n[0] ? -1 : 1), n[1] < n[0] ? -1 : 1),
            3 when n[2] < n[0] && n[1] > 0 => GoList.Of(),
            3 => Range(context, n[0], n[2] + (n[2] < n[0] ? -1 : 1), n[1]),
            _ => GoList.Of(),
        };
        return StringFunctions.Join(context, GoString.From(" "), StringFunctions.Strings(context, list));
    }
}
