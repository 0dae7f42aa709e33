namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>The forms in brackets: index, slice, <c>[*]</c>, multi-selects and calls. Each takes its opening token already read.</summary>
internal sealed class BracketParser(TokenReader tokens, Parser parser)
{
    private const int StarPower = 20;

    public Expression ParseLeading(Token open) =>
        tokens.Peek() is TokenKind.Number or TokenKind.Colon || IsWildcard() ? ParseTrailing(Parser.Current(open.Offset), open) : ParseList(open);

    public Expression ParseTrailing(Expression source, Token open)
    {
        if (IsWildcard())
        {
            tokens.Take();
            tokens.Take();
            return Parser.Of(ExpressionKind.ListProjection, open.Offset, source, parser.ParseElement(StarPower));
        }

        int? first = tokens.Peek() == TokenKind.Number ? tokens.TakeInteger() : null;
        if (first is { } index && tokens.TryTake(TokenKind.RightBracket))
        {
            return Join(source, new Expression { Kind = ExpressionKind.Index, Offset = open.Offset, Index = index });
        }

        Expression slice = Join(source, ParseSlice(first, open));
        return Parser.Of(ExpressionKind.ListProjection, open.Offset, slice, parser.ParseElement(StarPower));
    }

    public Expression ParseList(Token open)
    {
        List<Expression> items = [];
        do
        {
            items.Add(parser.ParseExpression(0));
        }
        while (tokens.TryTake(TokenKind.Comma));

        tokens.Expect(TokenKind.RightBracket, ", or ]");
        return Parser.Of(ExpressionKind.MultiSelectList, open.Offset, [.. items]);
    }

    public Expression ParseHash(Token open)
    {
        List<string> keys = [];
        List<Expression> values = [];
        do
        {
            if (tokens.Peek() is not (TokenKind.Name or TokenKind.QuotedName))
            {
                throw TokenReader.Unexpected(tokens.Current, "a key");
            }

            keys.Add(tokens.Take().Text);
            tokens.Expect(TokenKind.Colon, ": after the key");
            values.Add(parser.ParseExpression(0));
        }
        while (tokens.TryTake(TokenKind.Comma));

        tokens.Expect(TokenKind.RightBrace, ", or }");
        return new Expression { Kind = ExpressionKind.MultiSelectHash, Offset = open.Offset, Keys = keys, Children = values };
    }

    public Expression ParseCall(Token name)
    {
        tokens.Expect(TokenKind.LeftParenthesis, "(");
        List<Expression> arguments = [];
        if (tokens.Peek() != TokenKind.RightParenthesis)
        {
            do
            {
                arguments.Add(ParseArgument());
            }
            while (tokens.TryTake(TokenKind.Comma));
        }

        tokens.Expect(TokenKind.RightParenthesis, ", or )");
        Function function = FunctionTable.Find(name);
        function.CheckArity(arguments.Count, name.Offset);
        return new Expression { Kind = ExpressionKind.Call, Offset = name.Offset, Function = function, Children = arguments };
    }

    private Expression ParseArgument()
    {
        Token first = tokens.Current;
        return tokens.TryTake(TokenKind.ExpressionReference)
            ? Parser.Of(ExpressionKind.Reference, first.Offset, parser.ParseExpression(0))
            : parser.ParseExpression(0);
    }

    private bool IsWildcard() => tokens.Peek() == TokenKind.Star && tokens.Peek(1) == TokenKind.RightBracket;

    private Expression ParseSlice(int? first, Token open)
    {
        int?[] parts = [first, null, null];
        for (int part = 0; !tokens.TryTake(TokenKind.RightBracket);)
        {
            if (tokens.Peek() == TokenKind.Colon && part < 2)
            {
                tokens.Take();
                part++;
            }
            else if (tokens.Peek() == TokenKind.Number && part > 0 && parts[part] is null)
            {
                parts[part] = tokens.TakeInteger();
            }
            else
            {
                throw TokenReader.Unexpected(tokens.Current, "an index, a slice or *");
            }
        }

        return parts[2] == 0
            ? throw new JmesPathException(JmesPathErrorKind.InvalidValue, "the step of a slice is not 0", open.Offset)
            : new Expression { Kind = ExpressionKind.Slice, Offset = open.Offset, Slice = new Slice(parts[0], parts[1], parts[2]) };
    }

    private static Expression Join(Expression source, Expression right) =>
        source.Kind == ExpressionKind.Current ? right : Parser.Of(ExpressionKind.Chain, right.Offset, source, right);
}
