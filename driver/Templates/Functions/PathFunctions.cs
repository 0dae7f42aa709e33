using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Go's path package; the os* names are the same here, for slashes only.</summary>
internal static class PathFunctions
{
    private static readonly GoType[] Text = [GoType.String];

    public static FunctionList Functions() => new()
    {
        { "base osBase", Text, static (_, a) => Base((GoString)a[0]!) },
        { "dir osDir", Text, static (_, a) => Clean(Directory((GoString)a[0]!)) },
        { "clean osClean", Text, static (_, a) => Clean((GoString)a[0]!) },
        { "ext osExt", Text, static (_, a) => Extension((GoString)a[0]!) },
        { "isAbs osIsAbs", Text, static (_, a) => Boxed.Bool(((GoString)a[0]!).Span.StartsWith("/"u8)) },
    };

    private static GoString Base(GoString path)
    {
        if (path.Length == 0)
        {
            return GoString.From(".");
        }

        int end = path.Span.LastIndexOfAnyExcept((byte)'/') + 1;
        int start = path.Span[..end].LastIndexOf((byte)'/') + 1;
        return end == 0 ? GoString.From("/") : path.Slice(start, end);
    }

    private static GoString Directory(GoString path) => path.Slice(0, path.Span.LastIndexOf((byte)'/') + 1);

    private static GoString Extension(GoString path)
    {
        int dot = path.Span.LastIndexOfAny((byte)'.', (byte)'/');
        return dot >= 0 && path.Span[dot] == '.' ? path.Slice(dot) : GoString.Empty;
    }

    /// <summary>The shortest path of the same name: no double slashes, no ".", no inner "..".</summary>
    private static GoString Clean(GoString path)
    {
        bool rooted = path.Span.StartsWith("/"u8);
        List<GoString> parts = [];
        foreach (GoString part in Formatting.GoText.Split(null, path, GoString.From("/")))
        {
            if (part.Length == 0 || part.Is("."u8))
            {
                continue;
            }

            if (!part.Is(".."u8))
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && !parts[^1].Is(".."u8))
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (!rooted)
            {
                parts.Add(part);
            }
        }

        ByteBuilder output = new(null, path.Length + 1);
        for (int i = 0; i < parts.Count; i++)
        {
            output.Append(i > 0 || rooted ? "/" : "");
            output.Append(parts[i]);
        }

        return output.Length > 0 ? output.ToGoString() : GoString.From(rooted ? "/" : ".");
    }
}
