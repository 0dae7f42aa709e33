namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>
/// A Pratt parser: <see cref="ParseExpression"/> reads one prefix form, then every operator that binds tighter than its caller. A
/// projection swallows what follows it up to an operator that binds less than <see cref="ProjectionStop"/>.
/// </summary>
internal sealed class Parser
{
    private const int ProjectionStop = 10;
    private const int FlattenPower = 9;
    private const int StarPower = 20;
    private const int FilterPower = 21;
    private const int DotPower = 40;
    private const int NotPower = 45;

    private readonly TokenReader tokens;
    private readonly BracketParser brackets;
    private int depth;

    private Parser(TokenReader tokens)
    {
        this.tokens = tokens;
        brackets = new BracketParser(tokens, this);
    }

    public static Expression Parse(string text)
    {
        if (text.Length > JmesPathLimits.MaxExpressionLength)
        {
            throw new JmesPathException(
                JmesPathErrorKind.LimitExceeded, $"the expression is longer than {JmesPathLimits.MaxExpressionLength} characters", 0);
        }

        TokenReader tokens = new(new Lexer(text).Read());
        Expression whole = new Parser(tokens).ParseExpression(0);
        tokens.Expect(TokenKind.End, "the end or an operator");
        return whole;
    }

    public Expression ParseExpression(int power)
    {
        if (++depth > JmesPathLimits.MaxExpressionDepth)
        {
            throw new JmesPathException(
                JmesPathErrorKind.LimitExceeded,
                $"the expression nests deeper than {JmesPathLimits.MaxExpressionDepth}",
                tokens.Current.Offset);
        }

        Expression left = ParsePrefix();
        while (power < Power(tokens.Peek()))
        {
            left = ParseInfix(left);
        }

        depth--;
        return left;
    }

    /// <summary>The part of a projection that is applied to each element.</summary>
    public Expression ParseElement(int power)
    {
        Token next = tokens.Current;
        if (Power(next.Kind) < ProjectionStop)
        {
            return Current(next.Offset);
        }

        if (next.Kind is TokenKind.LeftBracket or TokenKind.Filter)
        {
            return ParseExpression(power);
        }

        tokens.Expect(TokenKind.Dot, "an operator after the projection");
        return ParseAfterDot(power);
    }

    public static Expression Current(int offset) => new() { Kind = ExpressionKind.Current, Offset = offset };

    public static Expression Of(ExpressionKind kind, int offset, params Expression[] children) =>
        new() { Kind = kind, Offset = offset, Children = children };

    private static int Power(TokenKind kind) => kind switch
    {
        TokenKind.Pipe => 1,
        TokenKind.Or => 2,
        TokenKind.And => 3,
        TokenKind.Equal or TokenKind.NotEqual or TokenKind.Less or TokenKind.LessOrEqual => 5,
        TokenKind.Greater or TokenKind.GreaterOrEqual => 5,
        TokenKind.Flatten => FlattenPower,
        TokenKind.Filter => FilterPower,
        TokenKind.Dot => DotPower,
        TokenKind.LeftBracket => 55,
        _ => 0,
    };

    private Expression ParsePrefix()
    {
        Token token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Literal:
                return new Expression { Kind = ExpressionKind.Literal, Offset = token.Offset, Literal = token.Literal! };
            case TokenKind.Name when tokens.Peek() == TokenKind.LeftParenthesis:
                return brackets.ParseCall(token);
            case TokenKind.QuotedName when tokens.Peek() == TokenKind.LeftParenthesis:
                throw new JmesPathException(JmesPathErrorKind.Syntax, "a function's name takes no quotes", token.Offset);
            case TokenKind.Name or TokenKind.QuotedName:
                return new Expression { Kind = ExpressionKind.Field, Offset = token.Offset, Name = token.Text };
            case TokenKind.Current:
                return Current(token.Offset);
            case TokenKind.Star:
                return Of(ExpressionKind.ValueProjection, token.Offset, Current(token.Offset), ParseElement(StarPower));
            case TokenKind.Filter or TokenKind.Flatten:
                return ParseProjection(Current(token.Offset), token);
            case TokenKind.LeftBracket:
                return brackets.ParseLeading(token);
            case TokenKind.LeftBrace:
                return brackets.ParseHash(token);
            case TokenKind.Not:
                return Of(ExpressionKind.Not, token.Offset, ParseExpression(NotPower));
            case TokenKind.LeftParenthesis:
                Expression inner = ParseExpression(0);
                tokens.Expect(TokenKind.RightParenthesis, ")");
                return inner;
            case TokenKind.ExpressionReference:
                throw new JmesPathException(JmesPathErrorKind.Syntax, "& stands only in front of a function's argument", token.Offset);
            default:
                throw TokenReader.Unexpected(token, "a name, a literal or an opening bracket");
        }
    }

    private Expression ParseInfix(Expression left)
    {
        Token token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Dot when tokens.TryTake(TokenKind.Star):
                return Of(ExpressionKind.ValueProjection, token.Offset, left, ParseElement(StarPower));
            case TokenKind.Dot:
                return Of(ExpressionKind.Chain, token.Offset, left, ParseAfterDot(DotPower));
            case TokenKind.Pipe:
                return Of(ExpressionKind.Chain, token.Offset, left, ParseExpression(Power(token.Kind)));
            case TokenKind.Or:
                return Of(ExpressionKind.Or, token.Offset, left, ParseExpression(Power(token.Kind)));
            case TokenKind.And:
                return Of(ExpressionKind.And, token.Offset, left, ParseExpression(Power(token.Kind)));
            case TokenKind.Filter or TokenKind.Flatten:
                return ParseProjection(left, token);
            case TokenKind.LeftBracket:
                return brackets.ParseTrailing(left, token);
            default:
                return new Expression
                {
                    Kind = ExpressionKind.Comparison,
                    Offset = token.Offset,
                    Operator = token.Kind,
                    Children = [left, ParseExpression(Power(token.Kind))],
                };
        }
    }

    private Expression ParseProjection(Expression source, Token token)
    {
        if (token.Kind == TokenKind.Flatten)
        {
            Expression flat = Of(ExpressionKind.Flatten, token.Offset, source);
            return Of(ExpressionKind.ListProjection, token.Offset, flat, ParseElement(FlattenPower));
        }

        Expression condition = ParseExpression(0);
        tokens.Expect(TokenKind.RightBracket, "]");
        return Of(ExpressionKind.FilterProjection, token.Offset, source, ParseElement(FilterPower), condition);
    }

    private Expression ParseAfterDot(int power)
    {
        Token next = tokens.Current;
        switch (next.Kind)
        {
            case TokenKind.Name or TokenKind.QuotedName or TokenKind.Star:
                return ParseExpression(power);
            case TokenKind.LeftBracket:
                return brackets.ParseList(tokens.Take());
            case TokenKind.LeftBrace:
                return brackets.ParseHash(tokens.Take());
            default:
                throw TokenReader.Unexpected(next, "a name, * or a multi-select after the dot");
        }
    }
}
