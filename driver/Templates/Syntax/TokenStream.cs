namespace CsiSecrets.Templates.Syntax;

/// <summary>The lexer's tokens with three tokens of look-ahead, the place for errors, and the nesting bound.</summary>
internal sealed class TokenStream(Lexer lexer, string parseName, TemplateLimits limits)
{
    private readonly Token[] tokens = new Token[3];
    private int peeked;
    private int nesting;
    private int count;

    /// <summary>Line of the left delimiter of the action being parsed; 0 outside.</summary>
    public int ActionLine { get; set; }

    public Token Next()
    {
        if (peeked > 0)
        {
            peeked--;
        }
        else
        {
            tokens[0] = Read();
        }

        return tokens[peeked];
    }

    public void Backup() => peeked++;

    /// <summary>Backs up two tokens; the zeroth is already there.</summary>
    public void Backup2(Token first)
    {
        tokens[1] = first;
        peeked = 2;
    }

    /// <summary>Backs up three tokens; the zeroth is already there.</summary>
    public void Backup3(Token first, Token second)
    {
        tokens[1] = second;
        tokens[2] = first;
        peeked = 3;
    }

    public Token Peek()
    {
        if (peeked > 0)
        {
            return tokens[peeked - 1];
        }

        peeked = 1;
        tokens[0] = Read();
        return tokens[0];
    }

    public Token NextNonSpace()
    {
        Token token = Next();
        while (token.Kind == TokenKind.Space)
        {
            token = Next();
        }

        return token;
    }

    public Token PeekNonSpace()
    {
        Token token = NextNonSpace();
        Backup();
        return token;
    }

    public Token Expect(TokenKind kind, string context)
    {
        Token token = NextNonSpace();
        return token.Kind == kind ? token : throw Unexpected(token, context);
    }

    public ParseException Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error)
        {
            return Fail($"unexpected {token} in {context}");
        }

        string message = token.ToString();
        if (ActionLine == 0 || ActionLine == token.Line)
        {
            return Fail(message);
        }

        string action = message.EndsWith(" action", StringComparison.Ordinal) ? "" : " in action";
        return Fail($"{message}{action} started at {parseName}:{ActionLine}");
    }

    public ParseException Fail(string message) => new(message, tokens[0].Line);

    private Token Read()
    {
        Token token = lexer.Next();
        return ++count <= limits.Tokens
            ? token
            : throw new ParseException($"the template has more than {limits.Tokens} words and signs", token.Line);
    }

    /// <summary>Counts one level of nesting; <see cref="Leave"/> ends it.</summary>
    public void Enter()
    {
        if (++nesting > limits.Nesting)
        {
            throw Fail($"nested deeper than {limits.Nesting} levels");
        }
    }

    public void Leave() => nesting--;
}
