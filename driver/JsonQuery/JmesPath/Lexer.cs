using System.Text;

namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class Lexer(string text)
{
    private readonly List<Token> tokens = [];
    private int position;

    public IReadOnlyList<Token> Read()
    {
        while (position < text.Length)
        {
            char c = text[position];
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                position++;
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                ReadName();
            }
            else if (char.IsAsciiDigit(c) || c == '-')
            {
                ReadNumber();
            }
            else if (c is '"' or '\'' or '`')
            {
                ReadQuoted(c);
            }
            else
            {
                ReadSymbol(c);
            }
        }

        tokens.Add(new Token(TokenKind.End, text.Length, "the end"));
        return tokens;
    }

    private void ReadName()
    {
        int start = position;
        while (position < text.Length && IsNamePart(text[position]))
        {
            position++;
        }

        tokens.Add(new Token(TokenKind.Name, start, text[start..position]));
    }

    private void ReadNumber()
    {
        int start = position++;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            position++;
        }

        bool minus = text[start] == '-';
        bool joined = position < text.Length && (IsNamePart(text[position]) || text[position] == '-');
        if (minus && (JoinsName(start) || position == start + 1))
        {
            throw JoinsName(start) ? Unquoted(start) : Syntax("a minus sign needs a digit after it", start);
        }

        if (joined || (tokens.Count > 0 && tokens[^1].Kind == TokenKind.Dot))
        {
            throw Unquoted(start);
        }

        tokens.Add(new Token(TokenKind.Number, start, text[start..position]));
    }

    private bool JoinsName(int offset) => offset > 0 && IsNamePart(text[offset - 1]);

    // go-jmespath refuses these too, with words that do not tell people what to do.
    private JmesPathException Unquoted(int offset)
    {
        int start = offset;
        int end = offset;
        while (start > 0 && (IsNamePart(text[start - 1]) || text[start - 1] == '-'))
        {
            start--;
        }

        while (end < text.Length && (IsNamePart(text[end]) || text[end] == '-'))
        {
            end++;
        }

        return Syntax($"a name with a hyphen or a digit in front needs double quotes: quote it: \"{text[start..end]}\"", start);
    }

    private void ReadQuoted(char quote)
    {
        int start = position++;
        while (position < text.Length && text[position] != quote)
        {
            position += text[position] == '\\' && position + 1 < text.Length ? 2 : 1;
        }

        if (position >= text.Length)
        {
            throw Syntax($"the closing {quote} is missing", start);
        }

        position++;
        string inner = text[(start + 1)..(position - 1)];
        tokens.Add(quote switch
        {
            '"' => new Token(TokenKind.QuotedName, start, ParseJson(text[start..position], start, "the quoted name").Text),
            '\'' => new Token(
                TokenKind.Literal, start, text[start..position], JsonTree.Of(inner.Replace("\\'", "'", StringComparison.Ordinal))),
            _ => new Token(
                TokenKind.Literal,
                start,
                text[start..position],
                ParseJson(inner.Replace("\\`", "`", StringComparison.Ordinal), start, "the text between the backticks")),
        });
    }

    private static JsonTree ParseJson(string json, int offset, string what)
    {
        try
        {
            return JsonTree.Parse(Encoding.UTF8.GetBytes(json));
        }
        catch (JsonTreeException)
        {
            throw Syntax($"{what} is not valid JSON", offset);
        }
    }

    private void ReadSymbol(char c)
    {
        char next = position + 1 < text.Length ? text[position + 1] : '\0';
        (TokenKind kind, int length) = (c, next) switch
        {
            ('[', '?') => (TokenKind.Filter, 2),
            ('[', ']') => (TokenKind.Flatten, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('&', '&') => (TokenKind.And, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            _ => (Single(c), 1),
        };
        if (kind == TokenKind.End)
        {
            throw Syntax(c == '=' ? "a comparison is written ==" : $"unexpected character {c}", position);
        }

        tokens.Add(new Token(kind, position, text.Substring(position, length)));
        position += length;
    }

    private static TokenKind Single(char c) => c switch
    {
        '.' => TokenKind.Dot,
        '*' => TokenKind.Star,
        ',' => TokenKind.Comma,
        ':' => TokenKind.Colon,
        '@' => TokenKind.Current,
        '&' => TokenKind.ExpressionReference,
        '|' => TokenKind.Pipe,
        '!' => TokenKind.Not,
        '<' => TokenKind.Less,
        '>' => TokenKind.Greater,
        '[' => TokenKind.LeftBracket,
        ']' => TokenKind.RightBracket,
        '{' => TokenKind.LeftBrace,
        '}' => TokenKind.RightBrace,
        '(' => TokenKind.LeftParenthesis,
        ')' => TokenKind.RightParenthesis,
        _ => TokenKind.End,
    };

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static JmesPathException Syntax(string message, int offset) => new(JmesPathErrorKind.Syntax, message, offset);
}
