using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>html, js and urlquery.</summary>
internal static class Escapers
{
    private const string Hex = "0123456789ABCDEF";

    public static GoString Html(ByteBuilder output, GoString text)
    {
        foreach (byte b in text.Span)
        {
            switch ((char)b)
            {
                case '\0':
                    output.Append("\uFFFD");
                    break;
                case '"':
                    output.Append("&#34;");
                    break;
                case '\'':
                    output.Append("&#39;");
                    break;
                case '&':
                    output.Append("&amp;");
                    break;
                case '<':
                    output.Append("&lt;");
                    break;
                case '>':
                    output.Append("&gt;");
                    break;
                default:
                    output.Append(b);
                    break;
            }
        }

        return output.ToGoString();
    }

    public static GoString JavaScript(ByteBuilder output, GoString text)
    {
        ReadOnlySpan<byte> rest = text.Span;
        while (!rest.IsEmpty)
        {
            int rune = Utf8.Decode(rest, out int width);
            switch (rune)
            {
                case '\\' or '\'' or '"':
                    output.Append('\\');
                    output.Append((char)rune);
                    break;
                case '<' or '>' or '&' or '=' or < ' ':
                    output.Append($"\\u{rune:X4}");
                    break;
                case >= 0x80 when !GoUnicode.IsPrint(rune):
                    output.Append($"\\u{rune:X4}");
                    break;
                case >= 0x80 when width == 1:
                    // A bad byte stands as itself: U+FFFD is printable.
                    output.Append(rest[0]);
                    break;
                default:
                    output.Append(rest[..width]);
                    break;
            }

            rest = rest[width..];
        }

        return output.ToGoString();
    }

    public static GoString Query(ByteBuilder output, GoString text)
    {
        foreach (byte b in text.Span)
        {
            if (b == ' ')
            {
                output.Append('+');
            }
            else if (char.IsAsciiLetterOrDigit((char)b) || (char)b is '-' or '_' or '.' or '~')
            {
                output.Append(b);
            }
            else
            {
                AppendPercent(output, b);
            }
        }

        return output.ToGoString();
    }

    public static void AppendPercent(ByteBuilder output, byte b)
    {
        output.Append('%');
        output.Append(Hex[b >> 4]);
        output.Append(Hex[b & 15]);
    }
}
