using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Formatting;

/// <summary>Go's strings package, as far as templates need it, over bytes.</summary>
internal static class GoText
{
    /// <summary>A string that shares its bytes, and its place in a list.</summary>
    private const int BytesPerPart = 64;

    public static GoString TrimSpace(GoString text) => TrimRight(TrimLeft(text, GoUnicode.IsSpace), GoUnicode.IsSpace);

    public static GoString TrimLeft(GoString text, Func<int, bool> cut)
    {
        int at = 0;
        while (at < text.Length && cut(Utf8.Decode(text.Span[at..], out int width)))
        {
            at += width;
        }

        return text.Slice(at);
    }

    public static GoString TrimRight(GoString text, Func<int, bool> cut)
    {
        int end = text.Length;
        while (end > 0 && cut(Utf8.DecodeLast(text.Span[..end], out int width)))
        {
            end -= width;
        }

        return text.Slice(0, end);
    }

    /// <summary>Applies <paramref name="map"/> to each rune; a negative result drops the rune.</summary>
    public static GoString Map(GoString text, Func<int, int> map)
    {
        ByteBuilder output = new(null, text.Length + 4);
        for (int i = 0; i < text.Length;)
        {
            int rune = map(Utf8.Decode(text.Span[i..], out int width));
            if (rune >= 0)
            {
                output.AppendRune(rune);
            }

            i += width;
        }

        return output.ToGoString();
    }

    /// <summary>strings.Split: an empty separator splits into runes. At most <paramref name="limit"/> parts unless it is negative.</summary>
    public static List<GoString> Split(RenderBudget? budget, GoString text, GoString separator, int limit = -1)
    {
        List<GoString> parts = [];
        if (limit == 0)
        {
            return parts;
        }

        if (separator.Length == 0)
        {
            for (int i = 0; i < text.Length;)
            {
                Utf8.Decode(text.Span[i..], out int width);
                bool last = parts.Count == limit - 1;
                budget?.Charge(BytesPerPart);
                parts.Add(last ? text.Slice(i) : text.Slice(i, i + width));
                i = last ? text.Length : i + width;
            }

            return parts;
        }

        Needle needle = new(separator, text.Length, budget);
        int start = 0;
        while (parts.Count != limit - 1)
        {
            int found = needle.IndexIn(text.Span[start..]);
            if (found < 0)
            {
                break;
            }

            budget?.Charge(BytesPerPart);
            parts.Add(text.Slice(start, start + found));
            start += found + separator.Length;
        }

        parts.Add(text.Slice(start));
        return parts;
    }

    /// <summary>strings.ReplaceAll: an empty old text matches before each rune and at the end.</summary>
    public static GoString Replace(ByteBuilder output, GoString text, GoString old, GoString with)
    {
        int start = 0;
        if (old.Length == 0)
        {
            while (start < text.Length)
            {
                Utf8.Decode(text.Span[start..], out int width);
                output.Append(with);
                output.Append(text.Span.Slice(start, width));
                start += width;
            }

            output.Append(with);
            return output.ToGoString();
        }

        Needle needle = new(old, text.Length, output.Budget);
        for (int found; (found = needle.IndexIn(text.Span[start..])) >= 0; start += found + old.Length)
        {
            output.Append(text.Span.Slice(start, found));
            output.Append(with);
        }

        output.Append(text.Span[start..]);
        return output.ToGoString();
    }
}
