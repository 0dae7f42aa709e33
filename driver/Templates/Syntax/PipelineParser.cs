using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>Parses what stands inside an action: pipelines, commands, operands, terms. Knows the variables in scope.</summary>
internal sealed class PipelineParser(TokenStream stream, FunctionTable functions)
{
    private readonly List<string> variables = ["$"];
    private readonly Dictionary<string, int> inScope = new() { ["$"] = 1 };

    public int VariableCount => variables.Count;

    public void PopVariables(int count)
    {
        for (int i = count; i < variables.Count; i++)
        {
            inScope[variables[i]]--;
        }

        variables.RemoveRange(count, variables.Count - count);
    }

    /// <summary>declarations? command ('|' command)* up to <paramref name="end"/>, which it takes unless it is a parenthesis.</summary>
    public PipeNode Pipeline(string context, TokenKind end)
    {
        int position = stream.PeekNonSpace().Position;
        List<VariableNode> declarations = [];
        bool isAssign = Declarations(context, declarations);
        List<CommandNode> commands = [];
        while (true)
        {
            Token token = stream.NextNonSpace();
            if (token.Kind == end)
            {
                Check(commands, context);
                return new PipeNode(position, isAssign, declarations, commands);
            }

            if (!StartsCommand(token.Kind))
            {
                throw stream.Unexpected(token, context);
            }

            stream.Backup();
            commands.Add(Command());
        }
    }

    /// <summary>The value of a string literal token.</summary>
    public GoString Unquote(Token token)
    {
        try
        {
            return GoQuote.Unquote(token.Value);
        }
        catch (FormatException e)
        {
            throw stream.Fail(e.Message);
        }
    }

    private bool Declarations(string context, List<VariableNode> declarations)
    {
        while (stream.PeekNonSpace() is { Kind: TokenKind.Variable } variable)
        {
            stream.Next();
            // "$x foo" needs the token after the space to tell an argument from a declaration.
            Token after = stream.Peek();
            Token next = stream.PeekNonSpace();
            if (next.Kind is TokenKind.Assign or TokenKind.Declare)
            {
                stream.NextNonSpace();
                Declare(variable, declarations);
                return next.Kind == TokenKind.Assign;
            }

            if (next.Kind != TokenKind.Char || !next.Value.Is(","u8))
            {
                if (after.Kind == TokenKind.Space)
                {
                    stream.Backup3(variable, after);
                }
                else
                {
                    stream.Backup2(variable);
                }

                return false;
            }

            stream.NextNonSpace();
            Declare(variable, declarations);
            if (context != "range" || declarations.Count >= 2)
            {
                throw stream.Fail("too many declarations in " + context);
            }

            if (stream.PeekNonSpace().Kind is not (TokenKind.Variable or TokenKind.RightDelim or TokenKind.RightParen))
            {
                throw stream.Fail("range can only initialize variables");
            }
        }

        return false;
    }

    private void Declare(Token variable, List<VariableNode> declarations)
    {
        string name = variable.Value.ToString();
        declarations.Add(new VariableNode(variable.Position, name, []));
        variables.Add(name);
        inScope[name] = inScope.GetValueOrDefault(name) + 1;
    }

    private static bool StartsCommand(TokenKind kind) => kind is TokenKind.Bool or TokenKind.CharConstant or TokenKind.Complex
        or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number or TokenKind.Nil or TokenKind.RawString
        or TokenKind.String or TokenKind.Variable or TokenKind.LeftParen;

    private void Check(List<CommandNode> commands, string context)
    {
        if (commands.Count == 0)
        {
            throw stream.Fail("missing value for " + context);
        }

        for (int i = 1; i < commands.Count; i++)
        {
            if (commands[i].Arguments[0] is BoolNode or DotNode or NilNode or NumberNode or StringNode)
            {
                throw stream.Fail($"non executable command in pipeline stage {i + 1}");
            }
        }
    }

    private CommandNode Command()
    {
        int position = stream.PeekNonSpace().Position;
        List<Node> arguments = [];
        while (true)
        {
            stream.PeekNonSpace();
            if (Operand() is { } operand)
            {
                arguments.Add(operand);
            }

            Token token = stream.Next();
            switch (token.Kind)
            {
                case TokenKind.Space:
                    continue;
                case TokenKind.RightDelim or TokenKind.RightParen:
                    stream.Backup();
                    break;
                case TokenKind.Pipe:
                    break;
                default:
                    throw stream.Unexpected(token, "operand");
            }

            return arguments.Count > 0 ? new CommandNode(position, arguments) : throw stream.Fail("empty command");
        }
    }

    /// <summary>A term and the fields that follow it without a space; null where the next token starts no term.</summary>
    private Node? Operand()
    {
        Node? node = Term();
        if (node is null || stream.Peek().Kind != TokenKind.Field)
        {
            return node;
        }

        int position = stream.Peek().Position;
        List<GoString> fields = [];
        while (stream.Peek().Kind == TokenKind.Field)
        {
            fields.Add(stream.Next().Value.Slice(1));
        }

        return node switch
        {
            FieldNode field => new FieldNode(position, [.. field.Fields, .. fields]),
            VariableNode variable => new VariableNode(position, variable.Name, [.. variable.Fields, .. fields]),
            BoolNode or StringNode or NumberNode or NilNode or DotNode =>
                throw stream.Fail("unexpected . after term " + GoQuote.Quote(GoString.From(NodeText.Of(node)))),
            _ => new ChainNode(position, node, fields),
        };
    }

    private Node? Term()
    {
        Token token = stream.NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                string name = token.Value.ToString();
                return new IdentifierNode(token.Position, name, functions.Find(name) ?? throw stream.Fail($"function {GoQuote.Quote(token.Value)} not defined"));
            case TokenKind.Dot:
                return new DotNode(token.Position);
            case TokenKind.Nil:
                return new NilNode(token.Position);
            case TokenKind.Variable:
                return UseVariable(token);
            case TokenKind.Field:
                return new FieldNode(token.Position, [token.Value.Slice(1)]);
            case TokenKind.Bool:
                return new BoolNode(token.Position, token.Value.Is("true"u8));
            case TokenKind.CharConstant or TokenKind.Complex or TokenKind.Number:
                return Number(token);
            case TokenKind.LeftParen:
                stream.Enter();
                PipeNode pipe = Pipeline("parenthesized pipeline", TokenKind.RightParen);
                stream.Leave();
                return pipe;
            case TokenKind.String or TokenKind.RawString:
                return new StringNode(token.Position, token.Value, Unquote(token));
            default:
                stream.Backup();
                return null;
        }
    }

    private NumberNode Number(Token token)
    {
        try
        {
            return new NumberNode(token.Position, NumberLiteral.Parse(token.Value, token.Kind));
        }
        catch (FormatException e)
        {
            throw stream.Fail(e.Message);
        }
    }

    private VariableNode UseVariable(Token token)
    {
        string name = token.Value.ToString();
        if (inScope.GetValueOrDefault(name) == 0)
        {
            throw stream.Fail("undefined variable " + GoQuote.Quote(token.Value));
        }

        return new VariableNode(token.Position, name, []);
    }
}
