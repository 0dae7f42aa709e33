using System.Globalization;

namespace CsiSecrets.JsonQuery.Gjson;

internal enum GjsonArrayKind
{
    /// <summary>One element.</summary>
    Index,

    /// <summary><c>#</c>: how many.</summary>
    Count,

    /// <summary><c>#.path</c>: the path of each element.</summary>
    Each,

    /// <summary><c>#(...)</c>: the first element that a query matches, or with <c>#</c> after it all.</summary>
    Query,

    /// <summary>Anything else finds nothing in an array.</summary>
    Nothing,
}

/// <summary>The first step of a path over an array.</summary>
internal sealed record GjsonArrayStep
{
    public required GjsonArrayKind Kind { get; init; }

    public int Index { get; init; }

    public GjsonQuery? Query { get; init; }

    public string? Rest { get; init; }

    public string? Pipe { get; init; }

    public static GjsonArrayStep Parse(string path)
    {
        if (path.StartsWith("#.", StringComparison.Ordinal))
        {
            (string left, string? pipe) = GjsonText.SplitPipe(path[2..]);
            return new GjsonArrayStep { Kind = GjsonArrayKind.Each, Rest = left, Pipe = pipe };
        }

        if (path.StartsWith("#(", StringComparison.Ordinal) || path.StartsWith("#[", StringComparison.Ordinal))
        {
            return ParseQuery(path);
        }

        int end = path.AsSpan().IndexOfAny('.', '|');
        string part = end < 0 ? path : path[..end];
        string? after = end < 0 ? null : path[(end + 1)..];
        bool pipes = after is not null && (path[end] == '|' || GjsonStep.IsPiped(after));
        bool isIndex = int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        return new GjsonArrayStep
        {
            Kind = part == "#" ? GjsonArrayKind.Count : isIndex ? GjsonArrayKind.Index : GjsonArrayKind.Nothing,
            Index = index,
            Rest = pipes ? null : after,
            Pipe = pipes ? after : null,
        };
    }

    private static GjsonArrayStep ParseQuery(string path)
    {
        if (GjsonQuery.TryParse(path, out int end) is not { } query)
        {
            return new GjsonArrayStep { Kind = GjsonArrayKind.Nothing };
        }

        string after = path[end..];
        bool all = after.StartsWith('#');
        after = all ? after[1..] : after;
        string? rest = after.StartsWith('.') ? after[1..] : null;
        string? pipe = after.StartsWith('|') ? after[1..] : null;
        if (rest is not null && !all && GjsonStep.IsPiped(rest))
        {
            (rest, pipe) = (null, rest);
        }
        else if (rest is not null)
        {
            (rest, pipe) = GjsonText.SplitPipe(rest);
        }

        return new GjsonArrayStep { Kind = GjsonArrayKind.Query, Query = query with { All = all }, Rest = rest, Pipe = pipe };
    }
}
