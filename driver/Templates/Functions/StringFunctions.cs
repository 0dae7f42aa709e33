using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's string functions.</summary>
internal static class StringFunctions
{
    private static readonly GoType[] Text = [GoType.String];
    private static readonly GoType[] TwoTexts = [GoType.String, GoType.String];
    private static readonly GoType[] IntText = [GoType.Int, GoType.String];

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "hello", [], static (_, _) => GoString.From("Hello!") },
            { "trim", Text, static (_, a) => GoText.TrimSpace(S(a, 0)) },
            { "upper", Text, static (_, a) => GoText.Map(S(a, 0), GoUnicode.ToUpper) },
            { "lower", Text, static (_, a) => GoText.Map(S(a, 0), GoUnicode.ToLower) },
            { "title", Text, static (_, a) => StringCases.Title(S(a, 0)) },
            { "untitle", Text, static (_, a) => StringCases.Uncapitalize(S(a, 0)) },
            { "swapcase", Text, static (_, a) => StringCases.Swap(S(a, 0)) },
            { "snakecase", Text, static (_, a) => WordCases.Separate(S(a, 0), '_') },
            { "kebabcase", Text, static (_, a) => WordCases.Separate(S(a, 0), '-') },
            { "camelcase", Text, static (_, a) => WordCases.Pascal(S(a, 0)) },
            { "initials", Text, static (_, a) => StringShapes.Initials(S(a, 0)) },
            { "nospace", Text, static (_, a) => StringShapes.DeleteSpace(S(a, 0)) },
            { "substr", [GoType.Int, GoType.Int, GoType.String], static (_, a) => Substring(Casts.Int(a[0]), Casts.Int(a[1]), S(a, 2)) },
            { "trunc", IntText, static (_, a) => Truncate(Casts.Int(a[0]), S(a, 1)) },
            { "abbrev", IntText, static (_, a) => StringShapes.Abbreviate(0, Casts.Int(a[0]), S(a, 1)) },
            { "abbrevboth", [GoType.Int, GoType.Int, GoType.String], static (_, a) => StringShapes.Abbreviate(Casts.Int(a[0]), Casts.Int(a[1]), S(a, 2)) },
            { "wrap", IntText, static (c, a) => StringShapes.Wrap(c.NewBuilder(), S(a, 1), Casts.Int(a[0]), GoString.Empty, false) },
            { "wrapWith", [GoType.Int, GoType.String, GoType.String], static (c, a) => StringShapes.Wrap(c.NewBuilder(), S(a, 2), Casts.Int(a[0]), S(a, 1), true) },
            { "repeat", IntText, static (c, a) => Repeat(c, (nint)a[0]!, S(a, 1)) },
            { "trimall trimAll", TwoTexts, static (c, a) => TrimAll(c, S(a, 0), S(a, 1)) },
            { "trimSuffix", TwoTexts, static (_, a) => S(a, 1).Span.EndsWith(S(a, 0).Span) ? S(a, 1).Slice(0, S(a, 1).Length - S(a, 0).Length) : a[1] },
            { "trimPrefix", TwoTexts, static (_, a) => S(a, 1).Span.StartsWith(S(a, 0).Span) ? S(a, 1).Slice(S(a, 0).Length) : a[1] },
            { "contains", TwoTexts, static (c, a) => Boxed.Bool(new Needle(S(a, 0), S(a, 1).Length, c.Budget).IndexIn(S(a, 1).Span) >= 0) },
            { "hasPrefix", TwoTexts, static (_, a) => Boxed.Bool(S(a, 1).Span.StartsWith(S(a, 0).Span)) },
            { "hasSuffix", TwoTexts, static (_, a) => Boxed.Bool(S(a, 1).Span.EndsWith(S(a, 0).Span)) },
            { "indent", IntText, static (c, a) => Indent(c, "", (nint)a[0]!, S(a, 1)) },
            { "nindent", IntText, static (c, a) => Indent(c, "\n", (nint)a[0]!, S(a, 1)) },
            { "replace", [GoType.String, GoType.String, GoType.String], static (c, a) => GoText.Replace(c.NewBuilder(S(a, 2).Length + 16), S(a, 2), S(a, 0), S(a, 1)) },
            { "plural", [GoType.String, GoType.String, GoType.Int], static (_, a) => (nint)a[2]! == 1 ? a[0] : a[1] },
            { "toString", [GoType.Interface], static (c, a) => c.Print(a[0]) },
            { "toStrings", [GoType.Interface], static (c, a) => Strings(c, a[0]) },
            { "join", [GoType.String, GoType.Interface], static (c, a) => Join(c, S(a, 0), Strings(c, a[1])) },
            { "sortAlpha", [GoType.Interface], SortAlpha },
            { "split", TwoTexts, static (c, a) => Numbered(c, GoText.Split(c.Budget, S(a, 1), S(a, 0))) },
            { "splitn", [GoType.String, GoType.Int, GoType.String], static (c, a) => Numbered(c, GoText.Split(c.Budget, S(a, 2), S(a, 0), Casts.Int(a[1]))) },
            { "splitList", TwoTexts, static (c, a) => c.NewList(GoType.String, [.. GoText.Split(c.Budget, S(a, 1), S(a, 0))]) },
        };
        list.AddVariadic("quote", [GoType.Interface], Quote);
        list.AddVariadic("squote", [GoType.Interface], SingleQuote);
        list.AddVariadic("cat", [GoType.Interface], Cat);
        return list;
    }

    /// <summary>Sprig's strslice: the elements of a list, printed, without nil; anything else as one string.</summary>
    public static GoList Strings(RenderContext context, object? value) => value switch
    {
        null => GoList.Strings([]),
        GoList { Element.Kind: GoKind.String } list => list,
        GoList list => context.NewList(GoType.String, [.. list.Items.Where(static i => i is not null).Select(context.Print)]),
        _ => GoList.Strings([context.Print(value)]),
    };

    public static GoString Join(RenderContext context, GoString separator, GoList strings)
    {
        ByteBuilder output = context.NewBuilder();
        for (int i = 0; i < strings.Count; i++)
        {
            if (i > 0)
            {
                output.Append(separator);
            }

            output.Append((GoString)strings.Items[i]!);
        }

        return output.ToGoString();
    }

    private static GoString S(object?[] arguments, int index) => (GoString)arguments[index]!;

    private static GoString Substring(int start, int end, GoString text)
    {
        if (start < 0)
        {
            return Cut(text, 0, end);
        }

        return end < 0 || end > text.Length ? Cut(text, start, text.Length) : Cut(text, start, end);
    }

    private static GoString Cut(GoString text, int start, int end)
    {
        if (end < 0 || end > text.Length)
        {
            throw new GoException($"runtime error: slice bounds out of range [:{end}] with length {text.Length}", "slice bounds out of range");
        }

        return start <= end
            ? text.Slice(start, end)
            : throw new GoException($"runtime error: slice bounds out of range [{start}:{end}]", "slice bounds out of range");
    }

    private static GoString Truncate(int count, GoString text)
    {
        if (count < 0)
        {
            return text.Length + count > 0 ? text.Slice(text.Length + count) : text;
        }

        return text.Length > count ? text.Slice(0, count) : text;
    }

    private static GoString Repeat(RenderContext context, long count, GoString text)
    {
        if (count < 0)
        {
            throw GoException.Plain("strings: negative Repeat count");
        }

        if (count == 0 || text.Length == 0)
        {
            return GoString.Empty;
        }

        context.Budget.Charge((long)Int128.Min((Int128)count * text.Length, long.MaxValue / 4));
        byte[] repeated = new byte[count * text.Length];
        for (int i = 0; i < repeated.Length; i += text.Length)
        {
            text.Span.CopyTo(repeated.AsSpan(i));
        }

        return new GoString(repeated);
    }

    private static GoString TrimAll(RenderContext context, GoString cutset, GoString text)
    {
        context.Budget.Charge(32L * cutset.Length);
        HashSet<int> cut = [.. Utf8.Runes(cutset.Span)];
        return GoText.TrimRight(GoText.TrimLeft(text, cut.Contains), cut.Contains);
    }

    private static GoString Indent(RenderContext context, string start, long spaces, GoString text)
    {
        if (spaces < 0)
        {
            throw GoException.Plain("strings: negative Repeat count");
        }

        context.Budget.Charge(spaces);
        int width = (int)spaces;
        ByteBuilder output = context.NewBuilder(text.Length + 16);
        output.Append(start);
        output.AppendRepeated((byte)' ', width);
        foreach (byte b in text.Span)
        {
            output.Append(b);
            if (b == '\n')
            {
                output.AppendRepeated((byte)' ', width);
            }
        }

        return output.ToGoString();
    }

    private static GoList SortAlpha(RenderContext context, object?[] arguments)
    {
        if (arguments[0] is not GoList)
        {
            return GoList.Strings([context.Print(arguments[0])]);
        }

        object?[] sorted = [.. Strings(context, arguments[0]).Items];
        Array.Sort(sorted, static (a, b) => ((GoString)a!).CompareTo((GoString)b!));
        return context.NewList(GoType.String, sorted);
    }

    private static GoMap Numbered(RenderContext context, List<GoString> parts)
    {
        context.Budget.Charge(96L * parts.Count);
        GoMap map = new(GoType.String, parts.Count);
        for (int i = 0; i < parts.Count; i++)
        {
            map.Set("_" + i, parts[i]);
        }

        return map;
    }

    private static GoString Quote(RenderContext context, object?[] arguments)
    {
        ByteBuilder output = context.NewBuilder();
        foreach (object? value in arguments)
        {
            if (value is null)
            {
                continue;
            }

            if (output.Length > 0)
            {
                output.Append(' ');
            }

            GoQuote.Quote(output, context.Print(value).Span, false);
        }

        return output.ToGoString();
    }

    private static GoString SingleQuote(RenderContext context, object?[] arguments)
    {
        ByteBuilder output = context.NewBuilder();
        foreach (object? value in arguments)
        {
            if (value is null)
            {
                continue;
            }

            output.Append(output.Length > 0 ? " '" : "'");
            output.Append(context.Print(value));
            output.Append('\'');
        }

        return output.ToGoString();
    }

    private static GoString Cat(RenderContext context, object?[] arguments)
    {
        ByteBuilder output = context.NewBuilder();
        bool first = true;
        foreach (object? value in arguments)
        {
            if (value is null)
            {
                continue;
            }

            if (!first)
            {
                output.Append(' ');
            }

            first = false;
            output.Append(context.Print(value));
        }

        return output.ToGoString();
    }
}
