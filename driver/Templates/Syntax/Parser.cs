using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>Parses a text into the trees of its templates: the main one and each <c>define</c> and <c>block</c>.</summary>
internal sealed class Parser
{
    private readonly TokenStream stream;
    private readonly FunctionTable functions;
    private readonly Dictionary<GoString, ListNode> trees;
    private readonly PipelineParser pipelines;
    private int rangeDepth;

    private Parser(TokenStream stream, FunctionTable functions, Dictionary<GoString, ListNode> trees)
    {
        this.stream = stream;
        this.functions = functions;
        this.trees = trees;
        pipelines = new PipelineParser(stream, functions);
    }

    /// <summary>The trees by template name. Throws <see cref="ParseException"/>.</summary>
    public static Dictionary<GoString, ListNode> Parse(string name, GoString text, TemplateOptions options)
    {
        Dictionary<GoString, ListNode> trees = [];
        TokenStream stream = new(new Lexer(text, options.LeftBytes, options.RightBytes), name, options.Limits);
        Parser parser = new(stream, options.Functions, trees);
        parser.Add(GoString.From(name), parser.ParseMain());
        return trees;
    }

    private ListNode ParseMain()
    {
        int start = stream.Peek().Position;
        List<Node> nodes = [];
        while (stream.Peek().Kind != TokenKind.Eof)
        {
            if (stream.Peek().Kind == TokenKind.LeftDelim)
            {
                Token delimiter = stream.Next();
                if (stream.NextNonSpace().Kind == TokenKind.Define)
                {
                    new Parser(stream, functions, trees).ParseDefinition();
                    continue;
                }

                stream.Backup2(delimiter);
            }

            Node node = TextOrAction();
            if (node is EndNode or ElseNode)
            {
                throw stream.Fail("unexpected " + NodeText.Of(node));
            }

            nodes.Add(node);
        }

        return new ListNode(start, nodes);
    }

    private void ParseDefinition()
    {
        const string Context = "define clause";
        int line = stream.ActionLine;
        stream.ActionLine = 0;
        GoString name = TemplateName(stream.NextNonSpace(), Context);
        stream.Expect(TokenKind.RightDelim, Context);
        ListNode list = ItemList(out Node end);
        if (end is not EndNode)
        {
            throw stream.Fail($"unexpected {NodeText.Of(end)} in {Context}");
        }

        stream.ActionLine = line;
        Add(name, list);
    }

    /// <summary>Nodes up to an end or else, which comes back in <paramref name="end"/>.</summary>
    private ListNode ItemList(out Node end)
    {
        stream.Enter();
        int start = stream.PeekNonSpace().Position;
        List<Node> nodes = [];
        while (stream.PeekNonSpace().Kind != TokenKind.Eof)
        {
            Node node = TextOrAction();
            if (node is EndNode or ElseNode)
            {
                end = node;
                stream.Leave();
                return new ListNode(start, nodes);
            }

            nodes.Add(node);
        }

        throw stream.Fail("unexpected EOF");
    }

    private Node TextOrAction()
    {
        Token token = stream.NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Text:
                return new TextNode(token.Position, token.Value);
            case TokenKind.LeftDelim:
                stream.ActionLine = token.Line;
                Node node = Action();
                stream.ActionLine = 0;
                return node;
            default:
                throw stream.Unexpected(token, "input");
        }
    }

    private Node Action()
    {
        Token token = stream.NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Block:
                return Block();
            case TokenKind.Break or TokenKind.Continue:
                return LoopControl(token);
            case TokenKind.Else:
                return Else();
            case TokenKind.End:
                return new EndNode(stream.Expect(TokenKind.RightDelim, "end").Position);
            case TokenKind.If:
                return Branch(BranchKind.If);
            case TokenKind.Range:
                return Branch(BranchKind.Range);
            case TokenKind.Template:
                return TemplateCall();
            case TokenKind.With:
                return Branch(BranchKind.With);
            default:
                stream.Backup();
                Token first = stream.Peek();
                return new ActionNode(first.Position, pipelines.Pipeline("command", TokenKind.RightDelim));
        }
    }

    private Node LoopControl(Token token)
    {
        string word = token.Kind == TokenKind.Break ? "{{break}}" : "{{continue}}";
        Token next = stream.NextNonSpace();
        if (next.Kind != TokenKind.RightDelim)
        {
            throw stream.Unexpected(next, word);
        }

        if (rangeDepth == 0)
        {
            throw stream.Fail(word + " outside {{range}}");
        }

        return token.Kind == TokenKind.Break ? new BreakNode(token.Position) : new ContinueNode(token.Position);
    }

    private BranchNode Branch(BranchKind kind)
    {
        stream.Enter();
        int variables = pipelines.VariableCount;
        PipeNode pipe = pipelines.Pipeline(kind.ToString().ToLowerInvariant(), TokenKind.RightDelim);
        rangeDepth += kind == BranchKind.Range ? 1 : 0;
        ListNode list = ItemList(out Node end);
        rangeDepth -= kind == BranchKind.Range ? 1 : 0;
        ListNode? elseList = end is ElseNode ? ElseList(kind, end) : null;
        pipelines.PopVariables(variables);
        stream.Leave();
        return new BranchNode(pipe.Position, kind, pipe, list, elseList);
    }

    /// <summary>The else part; "else if" and "else with" are one nested branch that shares the end.</summary>
    private ListNode ElseList(BranchKind kind, Node elseNode)
    {
        TokenKind pending = stream.Peek().Kind;
        if ((kind == BranchKind.If && pending == TokenKind.If) || (kind == BranchKind.With && pending == TokenKind.With))
        {
            stream.Next();
            return new ListNode(elseNode.Position, [Branch(kind)]);
        }

        ListNode list = ItemList(out Node end);
        return end is EndNode ? list : throw stream.Fail("expected end; found " + NodeText.Of(end));
    }

    private ElseNode Else()
    {
        Token peeked = stream.PeekNonSpace();
        if (peeked.Kind is TokenKind.If or TokenKind.With)
        {
            return new ElseNode(peeked.Position);
        }

        return new ElseNode(stream.Expect(TokenKind.RightDelim, "else").Position);
    }

    private TemplateNode Block()
    {
        const string Context = "block clause";
        Token token = stream.NextNonSpace();
        GoString name = TemplateName(token, Context);
        PipeNode pipe = pipelines.Pipeline(Context, TokenKind.RightDelim);
        Parser block = new(stream, functions, trees);
        ListNode list = block.ItemList(out Node end);
        if (end is not EndNode)
        {
            throw stream.Fail($"unexpected {NodeText.Of(end)} in {Context}");
        }

        block.Add(name, list);
        return new TemplateNode(token.Position, name, pipe);
    }

    private TemplateNode TemplateCall()
    {
        const string Context = "template clause";
        Token token = stream.NextNonSpace();
        GoString name = TemplateName(token, Context);
        PipeNode? pipe = null;
        if (stream.NextNonSpace().Kind != TokenKind.RightDelim)
        {
            stream.Backup();
            pipe = pipelines.Pipeline(Context, TokenKind.RightDelim);
        }

        return new TemplateNode(token.Position, name, pipe);
    }

    private GoString TemplateName(Token token, string context)
    {
        if (token.Kind is not (TokenKind.String or TokenKind.RawString))
        {
            throw stream.Unexpected(token, context);
        }

        return pipelines.Unquote(token);
    }

    private void Add(GoString name, ListNode tree)
    {
        if (!trees.TryGetValue(name, out ListNode? known) || IsEmpty(known))
        {
            trees[name] = tree;
        }
        else if (!IsEmpty(tree))
        {
            throw stream.Fail("template: multiple definition of template " + GoQuote.Quote(name));
        }
    }

    private static bool IsEmpty(ListNode list) =>
        list.Nodes.All(static node => node is TextNode text && GoText.TrimSpace(text.Text).Length == 0);
}
