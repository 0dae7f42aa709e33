using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>A function's body: arguments arrive checked against the parameter types. Throws <see cref="GoException"/>.</summary>
internal delegate object? FunctionBody(RenderContext context, object?[] arguments);

/// <summary>A function or method that a template may call, with the parameter types that Go's reflection would find.</summary>
internal sealed class TemplateFunction
{
    private readonly GoType[] parameters;
    private readonly FunctionBody body;

    public TemplateFunction(string name, GoType[] parameters, bool variadic, FunctionBody body)
    {
        Name = name;
        this.parameters = parameters;
        Variadic = variadic;
        this.body = body;
    }

    public string Name { get; }

    /// <summary>Whether the last parameter takes any number of values.</summary>
    public bool Variadic { get; }

    /// <summary>Whether the function costs much time or memory: counted, and one at a time in the process.</summary>
    public bool Expensive { get; init; }

    /// <summary>true for <c>or</c>, false for <c>and</c>: stop at an argument of that truth. null for all others.</summary>
    public bool? StopsAt { get; init; }

    public int ParameterCount => parameters.Length;

    /// <summary>How many arguments must be there.</summary>
    public int FixedCount => Variadic ? parameters.Length - 1 : parameters.Length;

    public GoType ParameterType(int index) => parameters[Math.Min(index, parameters.Length - 1)];

    public object? Invoke(RenderContext context, object?[] arguments) =>
        Expensive ? ExpensiveCalls.Run(context, Name, body, arguments) : body(context, arguments);
}
