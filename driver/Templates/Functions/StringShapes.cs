using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>wrap, abbrev, initials, nospace: goutils' rules, which count bytes.</summary>
internal static class StringShapes
{
    private const string Marker = "...";

    public static GoString Wrap(ByteBuilder output, GoString text, int width, GoString newLine, bool cutWords)
    {
        ReadOnlySpan<byte> line = newLine.Length == 0 ? "\n"u8 : newLine.Span;
        width = Math.Max(width, 1);
        int at = 0;
        while (text.Length - at > width)
        {
            if (text.Span[at] == ' ')
            {
                at++;
                continue;
            }

            int space = text.Span.Slice(at, width + 1).LastIndexOf((byte)' ');
            int end;
            if (space >= 0)
            {
                end = at + space;
            }
            else if (cutWords)
            {
                output.Append(text.Span.Slice(at, width));
                output.Append(line);
                at += width;
                continue;
            }
            else
            {
                int next = text.Span[(at + width)..].IndexOf((byte)' ');
                if (next < 0)
                {
                    break;
                }

                end = at + width + next;
            }

            output.Append(text.Span[at..end]);
            output.Append(line);
            at = end + 1;
        }

        output.Append(text.Span[at..]);
        return output.ToGoString();
    }

    /// <summary>Cuts to a width with dots at the end and, from an offset, at the start.</summary>
    public static GoString Abbreviate(int offset, int width, GoString text)
    {
        if (width < 4 || (offset > 0 && width < 7) || text.Length <= width)
        {
            return text;
        }

        offset = Math.Min(offset, text.Length);
        if (text.Length - offset < width - 3)
        {
            offset = text.Length - (width - 3);
        }

        if (offset <= 4)
        {
            return GoString.Concat(text.Slice(0, width - 3), GoString.From(Marker));
        }

        if (width < 7)
        {
            return GoString.Empty;
        }

        GoString tail = (long)offset + width - 3 < text.Length
            ? Shorten(text.Slice(offset), width - 3)
            : text.Slice(text.Length - (width - 3));
        return GoString.Concat(GoString.From(Marker), tail);
    }

    /// <summary>The first byte of each word, each byte read as a rune: goutils knows no UTF-8 here.</summary>
    public static GoString Initials(GoString text)
    {
        ByteBuilder output = new();
        bool gap = true;
        foreach (byte b in text.Span)
        {
            bool space = GoUnicode.IsSpace(b);
            if (!space && gap)
            {
                output.AppendRune(b);
            }

            gap = space;
        }

        return output.ToGoString();
    }

    public static GoString DeleteSpace(GoString text)
    {
        ByteBuilder output = new(null, (2 * text.Length) + 1);
        bool found = false;
        foreach (byte b in text.Span)
        {
            if (GoUnicode.IsSpace(b))
            {
                found = true;
            }
            else
            {
                output.AppendRune(b);
            }
        }

        return found ? output.ToGoString() : text;
    }

    private static GoString Shorten(GoString text, int width) =>
        width < 4 ? GoString.Empty : text.Length <= width ? text : GoString.Concat(text.Slice(0, width - 3), GoString.From(Marker));
}
