using System.Runtime.CompilerServices;
using System.Text;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>Writes a node back as source text: the context that stands in a message.</summary>
internal static class NodeText
{
    public static string Of(Node node)
    {
        StringBuilder output = new();
        Write(output, node);
        return output.ToString();
    }

    private static void Write(StringBuilder output, Node node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case ListNode list:
                foreach (Node child in list.Nodes)
                {
                    Write(output, child);
                }

                break;
            case TextNode text:
                output.Append(text.Text);
                break;
            case ActionNode action:
                Write(output.Append("{{"), action.Pipe);
                output.Append("}}");
                break;
            case PipeNode pipe:
                WritePipe(output, pipe);
                break;
            case CommandNode command:
                WriteCommand(output, command);
                break;
            case IdentifierNode identifier:
                output.Append(identifier.Name);
                break;
            case VariableNode variable:
                WriteFields(output.Append(variable.Name), variable.Fields);
                break;
            case FieldNode field:
                WriteFields(output, field.Fields);
                break;
            case ChainNode chain:
                WriteOperand(output, chain.Node);
                WriteFields(output, chain.Fields);
                break;
            case BranchNode branch:
                WriteBranch(output, branch);
                break;
            case TemplateNode template:
                output.Append("{{template ").Append(GoQuote.Quote(template.Name));
                if (template.Pipe is not null)
                {
                    Write(output.Append(' '), template.Pipe);
                }

                output.Append("}}");
                break;
            default:
                output.Append(Leaf(node));
                break;
        }
    }

    private static string Leaf(Node node) => node switch
    {
        DotNode => ".",
        NilNode => "nil",
        BoolNode boolean => boolean.Value ? "true" : "false",
        NumberNode number => number.Literal.Text,
        StringNode text => text.Quoted.ToString(),
        BreakNode => "{{break}}",
        ContinueNode => "{{continue}}",
        EndNode => "{{end}}",
        ElseNode => "{{else}}",
        _ => throw new InvalidOperationException("unknown node"),
    };

    private static void WritePipe(StringBuilder output, PipeNode pipe)
    {
        if (pipe.Declarations.Length > 0)
        {
            output.AppendJoin(", ", pipe.Declarations.Select(Of)).Append(pipe.IsAssign ? " = " : " := ");
        }

        for (int i = 0; i < pipe.Commands.Length; i++)
        {
            Write(i > 0 ? output.Append(" | ") : output, pipe.Commands[i]);
        }
    }

    private static void WriteCommand(StringBuilder output, CommandNode command)
    {
        for (int i = 0; i < command.Arguments.Length; i++)
        {
            WriteOperand(i > 0 ? output.Append(' ') : output, command.Arguments[i]);
        }
    }

    private static void WriteOperand(StringBuilder output, Node node)
    {
        if (node is PipeNode)
        {
            Write(output.Append('('), node);
            output.Append(')');
            return;
        }

        Write(output, node);
    }

    private static void WriteFields(StringBuilder output, GoString[] fields)
    {
        foreach (GoString field in fields)
        {
            output.Append('.').Append(field);
        }
    }

    private static void WriteBranch(StringBuilder output, BranchNode branch)
    {
        output.Append("{{").Append(branch.Kind.ToString().ToLowerInvariant()).Append(' ');
        Write(output, branch.Pipe);
        Write(output.Append("}}"), branch.List);
        if (branch.ElseList is not null)
        {
            Write(output.Append("{{else}}"), branch.ElseList);
        }

        output.Append("{{end}}");
    }
}
