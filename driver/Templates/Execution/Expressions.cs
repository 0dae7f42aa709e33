using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Evaluates pipelines, commands and operands to values.</summary>
internal sealed class Expressions
{
    private readonly RenderState execution;
    private readonly Place place;
    private readonly Scope scope;
    private readonly Calls calls;
    private readonly FieldAccess fields;

    public Expressions(RenderState execution, Place place, Scope scope)
    {
        this.execution = execution;
        this.place = place;
        this.scope = scope;
        calls = new Calls(execution, place, new Arguments(this, place));
        fields = new FieldAccess(execution, place, calls);
    }

    public Value Pipeline(Value dot, PipeNode pipe)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        place.At(pipe);
        Value? final = null;
        foreach (CommandNode command in pipe.Commands)
        {
            execution.Budget.Step();
            final = Command(dot, command, final).Unwrap();
        }

        Value value = final ?? default;
        foreach (VariableNode variable in pipe.Declarations)
        {
            if (pipe.IsAssign)
            {
                Assign(variable.Name, value);
            }
            else
            {
                scope.Push(variable.Name, value);
            }
        }

        return value;
    }

    public void Assign(string name, Value value)
    {
        if (!scope.TrySet(name, value))
        {
            throw place.Fail("undefined variable: " + name);
        }
    }

    /// <summary>An operand that is no literal.</summary>
    public Value Operand(Value dot, Node node)
    {
        switch (node)
        {
            case DotNode:
                return dot;
            case FieldNode field:
                return Field(dot, field, [], null);
            case VariableNode variable:
                return Variable(dot, variable, [], null);
            case PipeNode pipe:
                return Pipeline(dot, pipe);
            case IdentifierNode identifier:
                place.At(identifier);
                return calls.Call(dot, identifier.Function, identifier, [], null);
            case ChainNode chain:
                return Chain(dot, chain, [], null);
            default:
                throw place.Fail("can't evaluate command " + NodeText.Of(node));
        }
    }

    private Value Command(Value dot, CommandNode command, Value? final)
    {
        Node first = command.Arguments[0];
        ReadOnlySpan<Node> arguments = command.Arguments.AsSpan(1);
        switch (first)
        {
            case FieldNode field:
                return Field(dot, field, arguments, final);
            case ChainNode chain:
                return Chain(dot, chain, arguments, final);
            case IdentifierNode identifier:
                place.At(identifier);
                return calls.Call(dot, identifier.Function, command, arguments, final);
            case PipeNode pipe:
                NotAFunction(first, arguments, final);
                return Pipeline(dot, pipe);
            case VariableNode variable:
                return Variable(dot, variable, arguments, final);
        }

        place.At(first);
        NotAFunction(first, arguments, final);
        return first switch
        {
            DotNode => dot,
            NilNode => throw place.Fail("nil is not a command"),
            _ => Value.Of(Literal(first)),
        };
    }

    /// <summary>A literal where no type is asked for.</summary>
    public object Literal(Node node)
    {
        place.At(node);
        return node switch
        {
            BoolNode boolean => Boxed.Bool(boolean.Value),
            StringNode text => text.Text,
            NumberNode number => number.Literal.Ideal ?? throw place.Fail(number.Literal.Text + " overflows int"),
            _ => throw place.Fail("can't handle assignment of " + NodeText.Of(node) + " to empty interface argument"),
        };
    }

    private Value Field(Value dot, FieldNode field, ReadOnlySpan<Node> arguments, Value? final)
    {
        place.At(field);
        return fields.Chain(dot, dot, field, field.Fields, arguments, final);
    }

    private Value Chain(Value dot, ChainNode chain, ReadOnlySpan<Node> arguments, Value? final)
    {
        place.At(chain);
        place.At(chain.Node);
        Value receiver = Operand(dot, chain.Node);
        return fields.Chain(dot, receiver, chain, chain.Fields, arguments, final);
    }

    private Value Variable(Value dot, VariableNode variable, ReadOnlySpan<Node> arguments, Value? final)
    {
        place.At(variable);
        if (!scope.TryGet(variable.Name, out Value value))
        {
            throw place.Fail("undefined variable: " + variable.Name);
        }

        if (variable.Fields.Length == 0)
        {
            NotAFunction(variable, arguments, final);
            return value;
        }

        return fields.Chain(dot, value, variable, variable.Fields, arguments, final);
    }

    private void NotAFunction(Node first, ReadOnlySpan<Node> arguments, Value? final)
    {
        if (arguments.Length > 0 || final is not null)
        {
            throw place.Fail("can't give argument to non-function " + NodeText.Of(first));
        }
    }
}
