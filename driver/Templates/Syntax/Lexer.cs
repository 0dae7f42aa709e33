using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>Cuts a template's text into tokens, one at a time. After an error or the end only <see cref="TokenKind.Eof"/> follows.</summary>
internal sealed class Lexer
{
    private const int EndOfText = -1;

    private readonly GoString input;
    private readonly byte[] left;
    private readonly byte[] right;
    private readonly NumberScanner numbers;
    private int position;
    private int start;
    private int line = 1;
    private int startLine = 1;
    private int parenDepth;
    private bool insideAction;
    private bool done;

    public Lexer(GoString input, byte[] left, byte[] right)
    {
        this.input = input;
        this.left = left;
        this.right = right;
        numbers = new NumberScanner(input);
    }

    private ReadOnlySpan<byte> Rest => input.Span[position..];

    public Token Next()
    {
        while (!done)
        {
            // A comment is no token.
            if ((insideAction ? LexInsideAction() : LexText()) is { } token)
            {
                return token;
            }
        }

        return new Token(TokenKind.Eof, position, GoString.Empty, startLine);
    }

    private Token? LexText()
    {
        int found = Rest.IndexOf(left);
        if (found < 0)
        {
            position = input.Length;
            if (position > start)
            {
                return Emit(TokenKind.Text);
            }

            done = true;
            return new Token(TokenKind.Eof, position, GoString.Empty, startLine);
        }

        int delimiter = position + found;
        bool trims = TrimMarkers.HasLeftTrim(input.Span[(delimiter + left.Length)..]);
        position = trims ? start + TrimMarkers.TrimmedRight(input.Span[start..delimiter]) : delimiter;
        Token? text = position > start ? Emit(TokenKind.Text) : null;
        position = delimiter;
        Ignore();
        if (text is not null)
        {
            return text;
        }

        return LexLeftDelim(trims);
    }

    private Token? LexLeftDelim(bool trims)
    {
        position += left.Length;
        int marker = trims ? 2 : 0;
        if (Rest[marker..].StartsWith("/*"u8))
        {
            position += marker;
            Ignore();
            return LexComment();
        }

        Token token = Emit(TokenKind.LeftDelim);
        position += marker;
        Ignore();
        parenDepth = 0;
        insideAction = true;
        return token;
    }

    private Token? LexComment()
    {
        position += 2;
        int end = Rest.IndexOf("*/"u8);
        if (end < 0)
        {
            return Fail("unclosed comment");
        }

        position += end + 2;
        if (!AtRightDelim(out bool trims))
        {
            return Fail("comment ends before closing delimiter");
        }

        position += (trims ? 2 : 0) + right.Length;
        if (trims)
        {
            position += TrimMarkers.LeadingSpace(Rest);
        }

        Ignore();
        return null;
    }

    private Token LexRightDelim()
    {
        AtRightDelim(out bool trims);
        if (trims)
        {
            position += 2;
            Ignore();
        }

        position += right.Length;
        Token token = Emit(TokenKind.RightDelim);
        if (trims)
        {
            position += TrimMarkers.LeadingSpace(Rest);
            Ignore();
        }

        insideAction = false;
        return token;
    }

    private Token LexInsideAction()
    {
        if (AtRightDelim(out _))
        {
            return parenDepth == 0 ? LexRightDelim() : Fail("unclosed left paren");
        }

        int rune = Read();
        switch (rune)
        {
            case EndOfText:
                return Fail("unclosed action");
            case ' ' or '\t' or '\r' or '\n':
                return LexSpace();
            case '=':
                return Emit(TokenKind.Assign);
            case ':':
                return Read() == '=' ? Emit(TokenKind.Declare) : Fail("expected :=");
            case '|':
                return Emit(TokenKind.Pipe);
            case '"':
                return LexQuoted('"', TokenKind.String, "unterminated quoted string");
            case '`':
                return LexRaw();
            case '$':
                return LexFieldOrVariable(TokenKind.Variable);
            case '\'':
                return LexQuoted('\'', TokenKind.CharConstant, "unterminated character constant");
            case '.' when Rest.IsEmpty || !char.IsAsciiDigit((char)Rest[0]):
                return LexFieldOrVariable(TokenKind.Field);
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                return LexNumber();
            case '(':
                parenDepth++;
                return Emit(TokenKind.LeftParen);
            case ')':
                return --parenDepth < 0 ? Fail("unexpected right paren " + RuneName(')')) : Emit(TokenKind.RightParen);
            default:
                return LexOther(rune);
        }
    }

    private Token LexOther(int rune)
    {
        if (GoUnicode.IsLetterOrDigit(rune))
        {
            return LexIdentifier();
        }

        return rune is > ' ' and < 0x7F ? Emit(TokenKind.Char) : Fail("unrecognized character in action: " + RuneName(rune));
    }

    private Token LexSpace()
    {
        position--;
        int count = TrimMarkers.LeadingSpace(Rest);
        int last = position + count - 1;
        // The last space may belong to a trim-marked closing delimiter.
        if (TrimMarkers.HasRightTrim(input.Span[last..]) && input.Span[(last + 2)..].StartsWith(right))
        {
            if (count == 1)
            {
                return LexRightDelim();
            }

            count--;
        }

        position += count;
        return Emit(TokenKind.Space);
    }

    private Token LexIdentifier()
    {
        int rune = ReadWord();
        if (!AtTerminator())
        {
            return Fail("bad character " + RuneName(rune));
        }

        return Emit(Keywords.KindOf(input.Slice(start, position).ToString()));
    }

    private Token LexFieldOrVariable(TokenKind kind)
    {
        if (AtTerminator())
        {
            return Emit(kind == TokenKind.Variable ? TokenKind.Variable : TokenKind.Dot);
        }

        int rune = ReadWord();
        return AtTerminator() ? Emit(kind) : Fail("bad character " + RuneName(rune));
    }

    private Token LexQuoted(char quote, TokenKind kind, string unterminated)
    {
        while (true)
        {
            int rune = Read();
            if (rune == '\\')
            {
                rune = Read();
                if (rune is not (EndOfText or '\n'))
                {
                    continue;
                }
            }

            if (rune is EndOfText or '\n')
            {
                return Fail(unterminated);
            }

            if (rune == quote)
            {
                return Emit(kind);
            }
        }
    }

    private Token LexRaw()
    {
        int end = Rest.IndexOf((byte)'`');
        if (end < 0)
        {
            position = input.Length;
            return Fail("unterminated raw quoted string");
        }

        position += end + 1;
        return Emit(TokenKind.RawString);
    }

    private Token LexNumber()
    {
        bool good = numbers.Scan(start, out bool complex, out position);
        if (!good)
        {
            return Fail("bad number syntax: " + GoQuote.Quote(input.Slice(start, position)));
        }

        return Emit(complex ? TokenKind.Complex : TokenKind.Number);
    }

    /// <summary>Reads the rest of a word; returns the rune after it, which stays unread.</summary>
    private int ReadWord()
    {
        while (true)
        {
            if (Rest.IsEmpty)
            {
                return EndOfText;
            }

            int rune = Utf8.Decode(Rest, out int width);
            if (!GoUnicode.IsLetterOrDigit(rune))
            {
                return rune;
            }

            position += width;
        }
    }

    private bool AtTerminator() =>
        Rest.IsEmpty || (char)Rest[0] is ' ' or '\t' or '\r' or '\n' or '.' or ',' or '|' or ':' or ')' or '(' || Rest.StartsWith(right);

    private bool AtRightDelim(out bool trims)
    {
        trims = TrimMarkers.HasRightTrim(Rest) && Rest[2..].StartsWith(right);
        return trims || Rest.StartsWith(right);
    }

    private int Read()
    {
        if (Rest.IsEmpty)
        {
            return EndOfText;
        }

        int rune = Utf8.Decode(Rest, out int width);
        position += width;
        return rune;
    }

    private Token Emit(TokenKind kind)
    {
        Token token = new(kind, start, input.Slice(start, position), startLine);
        Ignore();
        return token;
    }

    private void Ignore()
    {
        line += input.Span[start..position].Count((byte)'\n');
        start = position;
        startLine = line;
    }

    private Token Fail(string message)
    {
        done = true;
        return new Token(TokenKind.Error, start, GoString.From(message), startLine);
    }

    private static string RuneName(int rune) =>
        rune == EndOfText ? "U+FFFFFFFFFFFFFFFF" : $"U+{rune:X4}" + (GoUnicode.IsPrint(rune) ? $" '{char.ConvertFromUtf32(rune)}'" : "");
}
