using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>
/// Go's encoding/pem decoder: the first END line is looked for, then the last BEGIN line before it. Linear, since what was
/// tried is not tried again.
/// </summary>
internal static class PemDecoder
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "\n-----END "u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    /// <summary>The next block and what follows it; null, and the whole input as the rest, where there is none.</summary>
    public static PemBlock? Decode(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> rest)
    {
        rest = data;
        var remaining = data;
        var tried = 0;
        while (tried >= 0 && tried <= remaining.Length)
        {
            remaining = remaining[tried..];
            var end = remaining.IndexOf(End);
            if (end < 0)
            {
                break;
            }

            var trailer = end + End.Length;
            var begin = remaining[..end].LastIndexOf(Begin);
            if (begin < 0 || (begin > 0 && remaining[begin - 1] != '\n'))
            {
                tried = trailer;
                continue;
            }

            remaining = remaining[(begin + Begin.Length)..];
            end -= begin + Begin.Length;
            var typeLine = TakeLine(ref remaining, ref end);
            var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
            if (typeLine.EndsWith(Dashes))
            {
                typeLine = typeLine[..^Dashes.Length];
                if (!TakeHeaders(ref remaining, ref end, headers))
                {
                    break;
                }

                if (TakeBody(typeLine, remaining, end, headers) is { } block)
                {
                    rest = remaining[(end + End.Length - 1)..];
                    var ignored = 0;
                    TakeLine(ref rest, ref ignored);
                    return block;
                }
            }

            tried = end + End.Length;
        }

        rest = data;
        return null;
    }

    /// <summary>False where the input ends within the headers.</summary>
    private static bool TakeHeaders(ref ReadOnlySpan<byte> remaining, ref int end, SortedDictionary<string, string> headers)
    {
        while (remaining.Length > 0)
        {
            var next = remaining;
            var nextEnd = end;
            var line = TakeLine(ref next, ref nextEnd);
            var colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                return true;
            }

            headers[Text(line[..colon].Trim(" \t\r\n\v\f"u8))] = Text(line[(colon + 1)..].Trim(" \t\r\n\v\f"u8));
            remaining = next;
            end = nextEnd;
        }

        return false;
    }

    private static PemBlock? TakeBody(
        ReadOnlySpan<byte> type, ReadOnlySpan<byte> remaining, int end, SortedDictionary<string, string> headers)
    {
        if (headers.Count > 0 && end < 0)
        {
            return null;
        }

        var trailer = remaining[(end + End.Length)..];
        if (trailer.Length < type.Length + Dashes.Length || !trailer.StartsWith(type)
            || !trailer[type.Length..].StartsWith(Dashes))
        {
            return null;
        }

        var after = trailer[(type.Length + Dashes.Length)..];
        var ignored = 0;
        if (TakeLine(ref after, ref ignored).Length != 0)
        {
            return null;
        }

        var bytes = end > 0 ? GoBase64.Decode(WithoutBlanks(remaining[..end]), out _) : [];
        return bytes is null ? null : new PemBlock(Text(type), bytes) { Headers = headers };
    }

    /// <summary>Takes one line off the front, without its break and trailing blanks; the offset moves along.</summary>
    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> data, ref int offset)
    {
        var at = data.IndexOf((byte)'\n');
        var stop = at < 0 ? data.Length : at;
        var next = at < 0 ? data.Length : at + 1;
        if (at > 0 && data[at - 1] == '\r')
        {
            stop--;
        }

        var line = data[..stop].TrimEnd(" \t"u8);
        data = data[next..];
        offset -= next;
        return line;
    }

    private static ReadOnlySpan<byte> WithoutBlanks(ReadOnlySpan<byte> data)
    {
        if (!data.ContainsAny((byte)' ', (byte)'\t'))
        {
            return data;
        }

        var kept = new byte[data.Length];
        var count = 0;
        foreach (var b in data)
        {
            if (b is not ((byte)' ' or (byte)'\t'))
            {
                kept[count++] = b;
            }
        }

        return kept.AsSpan(0, count);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
