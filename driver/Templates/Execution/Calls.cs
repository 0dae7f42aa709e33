using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Calls functions and methods: counts the arguments, evaluates them against the parameters, reports their errors.</summary>
internal sealed class Calls(RenderState execution, Place place, Arguments evaluator)
{
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
            return Value.Result(function.Invoke(execution.Context, values));
        }
        catch (GoException e)
        {
            place.At(node);
            string prefix = $"error calling {function.Name}";
            throw place.Fail($"{prefix}: {e.Message}", e.Safe is null ? prefix : $"{prefix}: {e.Safe}");
        }
    }
}
