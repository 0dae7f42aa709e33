using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Go's url.URL: parts of a URL with escapes resolved, read and written by Go's rules.</summary>
internal sealed record GoUrl
{
    private const string Unreserved = "-_.~";

    public GoString Scheme { get; init; } = GoString.Empty;

    public GoString Opaque { get; init; } = GoString.Empty;

    /// <summary>user:password, escaped; null where there is none.</summary>
    public GoString? UserInfo { get; init; }

    public GoString Host { get; init; } = GoString.Empty;

    public GoString Path { get; init; } = GoString.Empty;

    public GoString Query { get; init; } = GoString.Empty;

    public GoString Fragment { get; init; } = GoString.Empty;

    /// <summary>The host without port and brackets.</summary>
    public GoString Hostname
    {
        get
        {
            ReadOnlySpan<byte> host = Host.Span;
            int close = host.IndexOf((byte)']');
            if (host.StartsWith("["u8) && close > 0)
            {
                return Host.Slice(1, close);
            }

            int colon = host.LastIndexOf((byte)':');
            return colon >= 0 && IsPort(host[colon..]) ? Host.Slice(0, colon) : Host;
        }
    }

    public static GoUrl Parse(GoString text, string context)
    {
        try
        {
            int hash = text.Span.IndexOf((byte)'#');
            GoUrl url = ParseWithoutFragment(hash < 0 ? text : text.Slice(0, hash));
            return hash < 0 ? url : url with { Fragment = Unescape(text.Slice(hash + 1), false, false) };
        }
        catch (FormatException e)
        {
            throw new GoException($"{context}parse {GoQuote.Quote(text)}: {e.Message}", context + "the text is no URL");
        }
    }

    /// <summary>The URL as text.</summary>
    public GoString Write()
    {
        ByteBuilder output = new();
        if (Scheme.Length > 0)
        {
            output.Append(Scheme);
            output.Append(':');
        }

        if (Opaque.Length > 0)
        {
            output.Append(Opaque);
        }
        else
        {
            WriteHierarchy(output);
        }

        if (Query.Length > 0)
        {
            output.Append('?');
            output.Append(Query);
        }

        if (Fragment.Length > 0)
        {
            output.Append('#');
            Escape(output, Fragment, "$&+,/:;=?@!()*" + Unreserved);
        }

        return output.ToGoString();
    }

    private void WriteHierarchy(ByteBuilder output)
    {
        if (Scheme.Length > 0 || Host.Length > 0 || UserInfo is not null)
        {
            if (Host.Length > 0 || Path.Length > 0 || UserInfo is not null)
            {
                output.Append("//");
            }

            if (UserInfo is not null)
            {
                output.Append(UserInfo);
                output.Append('@');
            }

            Escape(output, Host, "!$&'()*+,;=:[]<>\"" + Unreserved);
        }

        ByteBuilder path = new();
        Escape(path, Path, "$&+,/:;=@" + Unreserved);
        if (Path.Is("*"u8))
        {
            path.Truncate(0);
            path.Append('*');
        }

        if (path.Length > 0 && path[0] != '/' && Host.Length > 0)
        {
            output.Append('/');
        }

        int slash = path.Written.IndexOf((byte)'/');
        if (output.Length == 0 && (slash < 0 ? path.Written : path.Written[..slash]).Contains((byte)':'))
        {
            output.Append("./");
        }

        output.Append(path.Written);
    }

    private static GoUrl ParseWithoutFragment(GoString text)
    {
        if (text.Span.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || text.Span.Contains((byte)0x7F))
        {
            throw new FormatException("net/url: invalid control character in URL");
        }

        if (text.Is("*"u8))
        {
            return new GoUrl { Path = text };
        }

        int schemeEnd = SchemeEnd(text.Span);
        GoUrl url = new() { Scheme = GoText.Map(text.Slice(0, Math.Max(schemeEnd, 0)), GoUnicode.ToLower) };
        GoString rest = text.Slice(schemeEnd + 1);
        int mark = rest.Span.IndexOf((byte)'?');
        if (mark >= 0)
        {
            url = url with { Query = rest.Slice(mark + 1) };
            rest = rest.Slice(0, mark);
        }

        if (!rest.Span.StartsWith("/"u8))
        {
            if (url.Scheme.Length > 0)
            {
                return url with { Opaque = rest };
            }

            int slash = rest.Span.IndexOf((byte)'/');
            if ((slash < 0 ? rest.Span : rest.Span[..slash]).Contains((byte)':'))
            {
                throw new FormatException("first path segment in URL cannot contain colon");
            }
        }

        if ((url.Scheme.Length > 0 || !rest.Span.StartsWith("///"u8)) && rest.Span.StartsWith("//"u8))
        {
            GoString authority = rest.Slice(2);
            int slash = authority.Span.IndexOf((byte)'/');
            rest = slash < 0 ? GoString.Empty : authority.Slice(slash);
            url = ReadAuthority(url, slash < 0 ? authority : authority.Slice(0, slash));
        }

        return url with { Path = Unescape(rest, false, false) };
    }

    /// <summary>Index of the colon after the scheme; -1 where there is no scheme.</summary>
    private static int SchemeEnd(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = (char)text[i];
            if (char.IsAsciiLetter(c))
            {
                continue;
            }

            if (c == ':')
            {
                return i > 0 ? i : throw new FormatException("missing protocol scheme");
            }

            if (i == 0 || !(char.IsAsciiDigit(c) || c is '+' or '-' or '.'))
            {
                return -1;
            }
        }

        return -1;
    }

    private static GoUrl ReadAuthority(GoUrl url, GoString authority)
    {
        int at = authority.Span.LastIndexOf((byte)'@');
        GoString host = ReadHost(authority.Slice(at + 1));
        if (at < 0)
        {
            return url with { Host = host };
        }

        GoString user = authority.Slice(0, at);
        foreach (byte b in user.Span)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && !"-._:~!$&'()*+,;=%@".Contains((char)b, StringComparison.Ordinal))
            {
                throw new FormatException("net/url: invalid userinfo");
            }
        }

        int colon = user.Span.IndexOf((byte)':');
        ByteBuilder written = new();
        Escape(written, Unescape(colon < 0 ? user : user.Slice(0, colon), false, false), "$&+,;=" + Unreserved);
        if (colon >= 0)
        {
            written.Append(':');
            Escape(written, Unescape(user.Slice(colon + 1), false, false), "$&+,;=" + Unreserved);
        }

        return url with { Host = host, UserInfo = written.ToGoString() };
    }

    private static GoString ReadHost(GoString host)
    {
        int close = host.Span.LastIndexOf((byte)']');
        if (host.Span.StartsWith("["u8) && close < 0)
        {
            throw new FormatException("missing ']' in host");
        }

        int colon = host.Span.StartsWith("["u8) ? close + 1 : host.Span.LastIndexOf((byte)':');
        if (colon >= 0 && colon < host.Length && !IsPort(host.Span[colon..]))
        {
            throw new FormatException($"invalid port {GoQuote.Quote(host.Slice(colon))} after host");
        }

        return Unescape(host, true, host.Span.StartsWith("["u8));
    }

    private static bool IsPort(ReadOnlySpan<byte> text) => text[0] == ':' && text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static GoString Unescape(GoString text, bool isHost, bool isZone)
    {
        ByteBuilder output = new(null, text.Length + 1);
        ReadOnlySpan<byte> source = text.Span;
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] != '%')
            {
                if (isHost && source[i] < 0x80 && !char.IsAsciiLetterOrDigit((char)source[i])
                    && !"-_.~!$&'()*+,;=:[]<>\"".Contains((char)source[i], StringComparison.Ordinal))
                {
                    throw new FormatException($"invalid character {GoQuote.Quote(text.Slice(i, i + 1))} in host name");
                }

                output.Append(source[i]);
                continue;
            }

            bool good = i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]);
            if (!good)
            {
                throw new FormatException("invalid URL escape " + GoQuote.Quote(text.Slice(i, Math.Min(i + 3, text.Length))));
            }

            byte value = (byte)((Numbers.GoNumber.Digit((char)source[i + 1]) << 4) | Numbers.GoNumber.Digit((char)source[i + 2]));
            if (isHost && !isZone && value < 0x80)
            {
                throw new FormatException("invalid URL escape " + GoQuote.Quote(text.Slice(i, i + 3)));
            }

            output.Append(value);
            i += 2;
        }

        return output.ToGoString();
    }

    private static void Escape(ByteBuilder output, GoString text, string plain)
    {
        foreach (byte b in text.Span)
        {
            if (char.IsAsciiLetterOrDigit((char)b) || (b < 0x80 && plain.Contains((char)b, StringComparison.Ordinal)))
            {
                output.Append(b);
            }
            else
            {
                Escapers.AppendPercent(output, b);
            }
        }
    }
}
