using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>A token: its kind, byte offset, line (from 1) and source bytes; for an error the message.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, GoString Value, int Line)
{
    /// <summary>As it stands in a message.</summary>
    public override string ToString()
    {
        if (Kind == TokenKind.Eof)
        {
            return "EOF";
        }

        if (Kind == TokenKind.Error)
        {
            return Value.ToString();
        }

        if (Kind > TokenKind.Keyword)
        {
            return $"<{Value}>";
        }

        if (Value.Length > 10)
        {
            int end = 0;
            for (int runes = 0; runes < 10 && end < Value.Length; runes++)
            {
                Utf8.Decode(Value.Span[end..], out int width);
                end += width;
            }

            return GoQuote.Quote(Value.Slice(0, end)).ToString() + "...";
        }

        return GoQuote.Quote(Value).ToString();
    }
}
