using CsiSecrets.GoRegex;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's regular expressions: RE2 over bytes. A bad expression is no match for regexMatch, and an error for all others.</summary>
internal static class RegexFunctions
{
    /// <summary>Larger expressions are refused: compiling is quick, but not free.</summary>
    private const int MaxPatternBytes = 16 * 1024;

    /// <summary>A replacement grows by doubling and is copied once.</summary>
    private const int CopiesOfResult = 3;

    private static readonly GoType[] Two = [GoType.String, GoType.String];
    private static readonly GoType[] Three = [GoType.String, GoType.String, GoType.String];
    private static readonly GoType[] WithCount = [GoType.String, GoType.String, GoType.Int];

    public static FunctionList Functions() => new()
    {
        { "regexMatch", Two, static (c, a) => Boxed.Bool(Matches(c, a, true)) },
        { "mustRegexMatch", Two, static (c, a) => Boxed.Bool(Matches(c, a, false)) },
        { "regexFind", Two, static (c, a) => Find(c, a, true) },
        { "mustRegexFind", Two, static (c, a) => Find(c, a, false) },
        { "regexFindAll", WithCount, static (c, a) => FindAll(c, a, true) },
        { "mustRegexFindAll", WithCount, static (c, a) => FindAll(c, a, false) },
        { "regexSplit", WithCount, static (c, a) => Split(c, a, true) },
        { "mustRegexSplit", WithCount, static (c, a) => Split(c, a, false) },
        { "regexReplaceAll", Three, static (c, a) => Replace(c, a, true, false) },
        { "mustRegexReplaceAll", Three, static (c, a) => Replace(c, a, false, false) },
        { "regexReplaceAllLiteral", Three, static (c, a) => Replace(c, a, true, true) },
        { "mustRegexReplaceAllLiteral", Three, static (c, a) => Replace(c, a, false, true) },
        { "regexQuoteMeta", [GoType.String], static (_, a) => new GoString(GoRegexp.QuoteMeta(((GoString)a[0]!).Span)) },
    };

    private static GoString S(object?[] arguments, int index) => (GoString)arguments[index]!;

    /// <summary>The compiled expression; the error is a panic's text where Go's function panics.</summary>
    private static GoRegexp Compile(RenderContext context, object?[] arguments, bool panics)
    {
        GoString pattern = S(arguments, 0);
        if (pattern.Length > MaxPatternBytes)
        {
            throw GoException.Plain($"the regular expression is larger than {MaxPatternBytes} bytes");
        }

        try
        {
            return context.Expressions.Get(pattern);
        }
        catch (GoRegexpException e)
        {
            throw new GoException(panics ? e.PanicMessage(pattern.ToString()) : e.Message, "the regular expression is invalid");
        }
    }

    private static bool Matches(RenderContext context, object?[] arguments, bool lenient)
    {
        GoRegexp expression;
        try
        {
            expression = Compile(context, arguments, false);
        }
        catch (GoException) when (lenient)
        {
            return false;
        }

        return expression.IsMatch(S(arguments, 1).Span, context.Expressions.Work);
    }

    private static GoString Find(RenderContext context, object?[] arguments, bool panics)
    {
        GoString text = S(arguments, 1);
        return Compile(context, arguments, panics).Find(text.Span, context.Expressions.Work) is { } match
            ? text.Slice(match.Start, match.End)
            : GoString.Empty;
    }

    private static GoList FindAll(RenderContext context, object?[] arguments, bool panics)
    {
        GoString text = S(arguments, 1);
        List<MatchRange> found = Compile(context, arguments, panics).FindAll(text.Span, Casts.Int(arguments[2]), context.Expressions.Work);
        return found.Count == 0
            ? GoList.Nil(GoType.String)
            : context.NewList(GoType.String, [.. found.Select(m => text.Slice(m.Start, m.End))]);
    }

    private static GoList Split(RenderContext context, object?[] arguments, bool panics)
    {
        GoString text = S(arguments, 1);
        int limit = Casts.Int(arguments[2]);
        GoRegexp expression = Compile(context, arguments, panics);
        return limit == 0
            ? GoList.Nil(GoType.String)
            : context.NewList(GoType.String, [.. expression.Split(text.Span, limit, context.Expressions.Work).Select(m => text.Slice(m.Start, m.End))]);
    }

    private static GoString Replace(RenderContext context, object?[] arguments, bool panics, bool literal)
    {
        GoRegexp expression = Compile(context, arguments, panics);
        GoString text = S(arguments, 1);
        int most = context.Budget.BytesLeft / CopiesOfResult;
        try
        {
            byte[] replaced = literal
                ? expression.ReplaceAllLiteral(text.Span, S(arguments, 2).Span, most, context.Expressions.Work)
                : expression.ReplaceAll(text.Span, S(arguments, 2).Span, most, context.Expressions.Work);
            context.Budget.Charge((long)CopiesOfResult * replaced.Length);
            return new GoString(replaced);
        }
        catch (GoRegexpException)
        {
            throw new LimitException($"the template needs more than {context.Budget.Limits.AllocatedBytes} bytes of memory");
        }
    }
}
