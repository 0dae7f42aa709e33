using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's strconv quoting: string and rune literals, written and read.</summary>
internal static class GoQuote
{
    private const string Invalid = "invalid syntax";

    public static GoString Quote(GoString text, bool ascii = false)
    {
        ByteBuilder output = new(null, text.Length + 8);
        Quote(output, text.Span, ascii);
        return output.ToGoString();
    }

    public static void Quote(ByteBuilder output, ReadOnlySpan<byte> text, bool ascii)
    {
        output.Append('"');
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            if (width == 1 && rune == Utf8.RuneError)
            {
                output.Append($"\\x{text[i]:x2}");
            }
            else
            {
                AppendEscaped(output, rune, '"', ascii);
            }

            i += width;
        }

        output.Append('"');
    }

    public static void QuoteRune(ByteBuilder output, int rune, bool ascii)
    {
        output.Append('\'');
        AppendEscaped(output, System.Text.Rune.IsValid(rune) ? rune : Utf8.RuneError, '\'', ascii);
        output.Append('\'');
    }

    /// <summary>Whether the text can stand between back quotes unchanged.</summary>
    public static bool CanBackquote(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            i += width;
            if (width > 1)
            {
                if (rune == 0xFEFF)
                {
                    return false;
                }

                continue;
            }

            if (rune == Utf8.RuneError || (rune < ' ' && rune != '\t') || rune is '`' or 0x7F)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value of a quoted or raw string literal.</summary>
    public static GoString Unquote(GoString literal)
    {
        ReadOnlySpan<byte> body = literal.Span[1..^1];
        if (literal.Span[0] == '`')
        {
            return body.Contains((byte)'\r') ? new GoString([.. body.ToArray().Where(static b => b != '\r')]) : literal.Slice(1, literal.Length - 1);
        }

        if (!body.Contains((byte)'\\') && Utf8.IsValid(body))
        {
            return literal.Slice(1, literal.Length - 1);
        }

        ByteBuilder output = new(null, body.Length + 1);
        while (!body.IsEmpty)
        {
            int value = UnquoteRune(body, (byte)'"', out bool multibyte, out int used);
            if (value < 0x80 || !multibyte)
            {
                output.Append((byte)value);
            }
            else
            {
                output.AppendRune(value);
            }

            body = body[used..];
        }

        return output.ToGoString();
    }

    /// <summary>The first character of the inside of a literal, escapes resolved; the quote itself must be escaped.</summary>
    public static int UnquoteRune(ReadOnlySpan<byte> text, byte quote, out bool multibyte, out int used)
    {
        multibyte = false;
        used = 1;
        if (text.IsEmpty || text[0] == quote)
        {
            throw new FormatException(Invalid);
        }

        if (text[0] >= 0x80)
        {
            multibyte = true;
            return Utf8.Decode(text, out used);
        }

        if (text[0] != '\\')
        {
            return text[0];
        }

        if (text.Length == 1)
        {
            throw new FormatException(Invalid);
        }

        used = 2;
        switch ((char)text[1])
        {
            case 'a': return 7;
            case 'b': return 8;
            case 'f': return 12;
            case 'n': return 10;
            case 'r': return 13;
            case 't': return 9;
            case 'v': return 11;
            case '\\': return '\\';
            case 'x': return Hex(text, 2, ref used);
            case 'u' or 'U':
                int rune = Hex(text, text[1] == 'u' ? 4 : 8, ref used);
                multibyte = true;
                return System.Text.Rune.IsValid(rune) ? rune : throw new FormatException(Invalid);
            case >= '0' and <= '7': return Octal(text, ref used);
            case '\'' or '"' when text[1] == quote: return quote;
            default: throw new FormatException(Invalid);
        }
    }

    private static int Hex(ReadOnlySpan<byte> text, int digits, ref int used)
    {
        long value = 0;
        for (int i = 0; i < digits; i++)
        {
            if (used >= text.Length || !char.IsAsciiHexDigit((char)text[used]))
            {
                throw new FormatException(Invalid);
            }

            value = (value << 4) | (uint)Convert.ToInt32(((char)text[used++]).ToString(), 16);
        }

        return value > int.MaxValue ? -1 : (int)value;
    }

    private static int Octal(ReadOnlySpan<byte> text, ref int used)
    {
        int value = text[1] - '0';
        for (int i = 0; i < 2; i++)
        {
            if (used >= text.Length || text[used] is < (byte)'0' or > (byte)'7')
            {
                throw new FormatException(Invalid);
            }

            value = (value << 3) | (text[used++] - '0');
        }

        return value <= 255 ? value : throw new FormatException(Invalid);
    }

    private static void AppendEscaped(ByteBuilder output, int rune, char quote, bool ascii)
    {
        if (rune == quote || rune == '\\')
        {
            output.Append('\\');
            output.Append((char)rune);
            return;
        }

        if (ascii ? rune < 0x80 && GoUnicode.IsPrint(rune) : GoUnicode.IsPrint(rune))
        {
            output.AppendRune(rune);
            return;
        }

        output.Append(rune switch
        {
            7 => "\\a",
            8 => "\\b",
            12 => "\\f",
            10 => "\\n",
            13 => "\\r",
            9 => "\\t",
            11 => "\\v",
            < ' ' or 0x7F => $"\\x{rune:x2}",
            < 0x10000 => $"\\u{rune:x4}",
            _ => $"\\U{rune:x8}",
        });
    }
}
