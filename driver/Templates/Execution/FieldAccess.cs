using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Follows .a.b.c: map entries, fields and methods.</summary>
internal sealed class FieldAccess(RenderState execution, Place place, Calls calls)
{
    /// <summary>Evaluates the fields one after the other; arguments go to the last, which may be a method.</summary>
    public Value Chain(Value dot, Value receiver, Node node, GoString[] names, ReadOnlySpan<Node> arguments, Value? final)
    {
        for (int i = 0; i < names.Length - 1; i++)
        {
            receiver = Field(dot, receiver, node, names[i], [], null);
        }

        return Field(dot, receiver, node, names[^1], arguments, final);
    }

    private Value Field(Value dot, Value receiver, Node node, GoString name, ReadOnlySpan<Node> arguments, Value? final)
    {
        if (!receiver.IsValid)
        {
            return execution.MissingKey == MissingKey.Error
                ? throw place.Fail($"nil data; no entry for key {GoQuote.Quote(name)}", null, name.ToString())
                : default;
        }

        if (receiver.IsNilInterface)
        {
            throw place.Fail($"nil pointer evaluating interface {{}}.{name}");
        }

        bool hasArguments = arguments.Length > 0 || final is not null;
        switch (receiver.Held)
        {
            case GoMap map:
                return hasArguments ? throw place.Fail($"{name} is not a method but has arguments") : Entry(map, name);
            case GoObject value:
                return Member(dot, value, node, name, arguments, final) ?? throw NoField(receiver, name);
            default:
                throw NoField(receiver, name);
        }
    }

    private ExecException NoField(Value receiver, GoString name) =>
        place.Fail($"can't evaluate field {name} in type {receiver.TypeName}");

    private Value Entry(GoMap map, GoString name)
    {
        if (map.TryGet(name, out object? value))
        {
            return Value.ElementOf(map.Element, value);
        }

        return execution.MissingKey switch
        {
            MissingKey.Error => throw place.Fail($"map has no entry for key {GoQuote.Quote(name)}", null, name.ToString()),
            MissingKey.Zero => Value.ElementOf(map.Element, map.Element.Zero),
            _ => default,
        };
    }

    private Value? Member(Value dot, GoObject value, Node node, GoString name, ReadOnlySpan<Node> arguments, Value? final)
    {
        string member = name.ToString();
        if (value.Method(member) is TemplateFunction method)
        {
            return calls.Call(dot, method, node, arguments, final);
        }

        foreach ((string field, object? held) in value.Fields)
        {
            if (field == member)
            {
                return arguments.Length > 0 || final is not null
                    ? throw place.Fail($"{name} has arguments but cannot be invoked as function")
                    : Value.Of(held);
            }
        }

        return null;
    }
}
