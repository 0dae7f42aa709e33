using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Evaluates an operand for a parameter of a known type.</summary>
internal sealed class Arguments(Expressions expressions, Place place)
{
    public object? Evaluate(Value dot, GoType type, Node node)
    {
        place.At(node);
        switch (node)
        {
            case NilNode:
                return type.CanBeNil ? type.Zero : throw place.Fail("cannot assign nil to " + type);
            case BoolNode or NumberNode or StringNode:
                return Literal(type, node);
            default:
                return Validate(expressions.Operand(dot, node), type);
        }
    }

    /// <summary>The value as a parameter of that type takes it.</summary>
    public object? Validate(Value value, GoType type)
    {
        if (!value.IsValid)
        {
            return type.CanBeNil ? type.Zero : throw place.Fail("invalid value; expected " + type);
        }

        if (type.Kind == GoKind.Interface || ReferenceEquals(type, GoType.Any))
        {
            return value.Held;
        }

        GoType actual = GoType.Of(value.Held) ?? GoType.Interface;
        return ReferenceEquals(actual, type)
            ? value.Held
            : throw place.Fail($"wrong type for value; expected {type}; got {actual}");
    }

    /// <summary>A constant takes the type of the parameter where its value allows.</summary>
    private object? Literal(GoType type, Node node)
    {
        NumberLiteral? number = (node as NumberNode)?.Literal;
        switch (type.Kind)
        {
            case GoKind.Interface:
            case GoKind.Struct when ReferenceEquals(type, GoType.Any):
                return expressions.Literal(node);
            case GoKind.Bool:
                return node is BoolNode boolean ? Boxed.Bool(boolean.Value) : throw Expected("bool", node);
            case GoKind.String:
                return node is StringNode text ? text.Text : throw Expected("string", node);
            case GoKind.Int:
                return number?.Integer is { } integer ? Boxed.Int(integer) : throw Expected("integer", node);
            case GoKind.Int64:
                return number?.Integer ?? throw Expected("integer", node);
            case GoKind.Uint32:
                return number?.Unsigned is { } unsigned ? unchecked((uint)unsigned) : throw Expected("unsigned integer", node);
            case GoKind.Float64:
                return number?.Float ?? throw Expected("float", node);
            default:
                throw place.Fail($"can't handle {NodeText.Of(node)} for arg of type {type}");
        }
    }

    private ExecException Expected(string what, Node node) => place.Fail($"expected {what}; found {NodeText.Of(node)}");
}
