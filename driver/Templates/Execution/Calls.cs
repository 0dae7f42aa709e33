using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Calls functions and methods: counts the arguments, evaluates them against the parameters, reports their errors.</summary>
internal sealed class Calls(RenderState execution, Place place, Arguments evaluator)
{
    private const int BytesPerStep = 16;

    /// <param name="dot">The value of dot for the arguments.</param>
    /// <param name="function">What to call.</param>
    /// <param name="node">The node an error of the function is reported at.</param>
    /// <param name="arguments">The operands after the function's name.</param>
    /// <param name="final">The value of the pipeline before, which becomes the last argument.</param>
    public Value Call(Value dot, TemplateFunction function, Node node, ReadOnlySpan<Node> arguments, Value? final)
    {
        int count = arguments.Length + (final is null ? 0 : 1);
        if (function.Variadic && count < function.FixedCount)
        {
            throw place.Fail($"wrong number of args for {function.Name}: want at least {function.FixedCount} got {arguments.Length}");
        }

        if (!function.Variadic && count != function.ParameterCount)
        {
            throw place.Fail($"wrong number of args for {function.Name}: want {function.ParameterCount} got {count}");
        }

        if (function.StopsAt is { } stop)
        {
            return ShortCircuit(dot, stop, arguments, final);
        }

        object?[] values = new object?[count];
        for (int i = 0; i < arguments.Length; i++)
        {
            values[i] = evaluator.Evaluate(dot, function.ParameterType(i), arguments[i]);
        }

        if (final is { } last)
        {
            values[^1] = evaluator.Validate(last, function.ParameterType(count - 1));
        }

        return Invoke(function, node, values);
    }

    /// <summary>Bytes of text that the function will read: most take time linear in them.</summary>
    private static long Size(object?[] values)
    {
        long size = 0;
        foreach (object? value in values)
        {
            size += value is GoString text ? text.Length : 0;
        }

        return size;
    }

    /// <summary>What the function made and did not charge itself; a part of an argument costs nothing.</summary>
    private void ChargeResult(GoString result, object?[] arguments, long already)
    {
        if (already >= result.Length)
        {
            return;
        }

        foreach (object? argument in arguments)
        {
            if (argument is GoString text && text.Shares(result))
            {
                return;
            }
        }

        execution.Budget.Charge(result.Length - already);
    }

    private Value ShortCircuit(Value dot, bool stop, ReadOnlySpan<Node> arguments, Value? final)
    {
        object? value = null;
        foreach (Node argument in arguments)
        {
            value = evaluator.Evaluate(dot, GoType.Any, argument);
            if (Truth.Of(value) == stop)
            {
                return Value.Result(value);
            }
        }

        return Value.Result(final is { } last ? last.Held : value);
    }

    private Value Invoke(TemplateFunction function, Node node, object?[] values)
    {
        try
        {
            long charged = execution.Budget.Charged;
            execution.Budget.Step(1 + (Size(values) / BytesPerStep));
            object? result = function.Invoke(execution.Context, values);
            if (result is GoString text)
            {
                ChargeResult(text, values, execution.Budget.Charged - charged);
            }

            return Value.Result(result);
        }
        catch (GoException e)
        {
            place.At(node);
            string prefix = $"error calling {function.Name}";
            throw place.Fail($"{prefix}: {e.Message}", e.Safe is null ? prefix : $"{prefix}: {e.Safe}");
        }
    }
}
