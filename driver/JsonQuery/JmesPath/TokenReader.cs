using System.Globalization;

namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>A cursor over the tokens, with the errors that belong to them.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens)
{
    private int position;

    public Token Current => tokens[position];

    public TokenKind Peek(int ahead = 0) => tokens[Math.Min(position + ahead, tokens.Count - 1)].Kind;

    public Token Take()
    {
        Token token = tokens[position];
        position = Math.Min(position + 1, tokens.Count - 1);
        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        if (Peek() != kind)
        {
            return false;
        }

        Take();
        return true;
    }

    public Token Expect(TokenKind kind, string what) => Peek() == kind ? Take() : throw Unexpected(Current, what);

    public static JmesPathException Unexpected(Token token, string expected) =>
        new(JmesPathErrorKind.Syntax, $"expected {expected}, found {token.Text}", token.Offset);

    public int TakeInteger()
    {
        Token token = Expect(TokenKind.Number, "a number");
        return int.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new JmesPathException(JmesPathErrorKind.Syntax, "the number is too large", token.Offset);
    }
}
