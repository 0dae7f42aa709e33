using System.Diagnostics;
using System.Text;
using CsiSecrets.GoRegex;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.GoRegex;

public sealed class GoRegexpTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    // Newer than the Go that made the vectors: (?<name>, loose names and long names of categories.
    [Theory]
    [InlineData("(?<word>a+)", "baac", "aa")]
    [InlineData(@"\p{Letter}+", "1é日2", "é日")]
    [InlineData(@"\p{uppercase letter}", "aB", "B")]
    [InlineData(@"\p{GREEK}", "aβ", "β")]
    [InlineData(@"\p{Old_Italic}", "a𐌀", "𐌀")]
    [InlineData(@"\p{oldItalic}", "a𐌀", "𐌀")]
    [InlineData(@"\p{ASCII}+", "日ab", "ab")]
    [InlineData(@"\p{Cn}", "a\u0378", "\u0378")]
    [InlineData(@"\p{C}", "a\u0378", "\u0378")]
    [InlineData(@"\P{Assigned}", "a\u0378", "\u0378")]
    [InlineData(@"\p{LC}+", "ªaBǅʰ", "aBǅ")]
    [InlineData(@"\p{Kawi}", "a\U00011F02", "\U00011F02")]
    public void Find_SyntaxOfGo125_Matches(string pattern, string text, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var found = GoRegexp.Parse(pattern).Find(bytes, None);
        Assert.Equal(expected, Encoding.UTF8.GetString(found!.Value.Of(bytes)));
    }

    [Theory]
    [InlineData("(?<=a)b", "error parsing regexp: invalid named capture: `(?<=a)b`")]
    [InlineData("(?<a b>c)", "error parsing regexp: invalid named capture: `(?<a b>`")]
    [InlineData(@"\p{Klingon}", @"error parsing regexp: invalid character class range: `\p{Klingon}`")]
    public void Parse_RefusedByGo125_SaysSo(string pattern, string message) =>
        Assert.Equal(message, Assert.Throws<GoRegexpException>(() => GoRegexp.Parse(pattern)).Message);

    [Fact]
    public void Parse_CodePointAssignedAfterUnicode15_IsUnassigned() =>
        Assert.False(GoRegexp.Parse(@"\pL").IsMatch(Encoding.UTF8.GetBytes("\u1C89"), None));

    [Theory]
    [InlineData(1000, "(", ")", GoRegexpError.NestingDepth)]
    [InlineData(1000, "(?:", ")*", GoRegexpError.NestingDepth)]
    [InlineData(100_000, "(", "", GoRegexpError.Large)]
    [InlineData(1000, "", "(xx?){1000}", GoRegexpError.Large)]
    [InlineData(30_000, "", @"[\pL\d]", GoRegexpError.Large)]
    [InlineData(20_000, "", "(a*)", GoRegexpError.Large)]
    public void Parse_HugePattern_IsRefusedQuickly(int count, string before, string after, object code)
    {
        string pattern = string.Concat(Enumerable.Repeat(before, count)) + string.Concat(Enumerable.Repeat(after, count));
        var clock = Stopwatch.StartNew();
        Assert.Equal(code, Assert.Throws<GoRegexpException>(() => GoRegexp.Parse(pattern)).Code);
        Assert.True(clock.Elapsed < Wait.Patience, $"took {clock.Elapsed}");
    }

    [Fact]
    public void PanicMessage_PatternWithBackquote_IsQuoted()
    {
        var refused = Assert.Throws<GoRegexpException>(() => GoRegexp.Parse("`(\n"));
        Assert.Equal("regexp: Compile(\"`(\\n\"): error parsing regexp: missing closing ): ``(\n`", refused.PanicMessage("`(\n"));
    }

    [Theory]
    [InlineData("b", "abc", "$$", "a$c")]
    [InlineData("b", "abc", "$9", "ac")]
    [InlineData("b", "abc", "${x", "a${xc")]
    [InlineData("(b)", "abc", "$1x", "ac")]
    [InlineData("(b)", "abc", "${1}x", "abxc")]
    [InlineData("(b)", "abc", "$01|$-", "a|$-c")]
    [InlineData("(?P<ü1>b)?", "", "", null)]
    [InlineData("(?P<k>\\w+)=(?P<v>\\w+)", "a=1 b=2", "$v=$k", "1=a 2=b")]
    [InlineData("x*", "日本", "-", "-日-本-")]
    public void ReplaceAll_Template_ExpandsAsGo(string pattern, string text, string template, string? expected)
    {
        if (expected is null)
        {
            Assert.Throws<GoRegexpException>(() => GoRegexp.Parse(pattern));
            return;
        }

        byte[] result = GoRegexp.Parse(pattern).ReplaceAll(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(template), 1000, None);
        Assert.Equal(expected, Encoding.UTF8.GetString(result));
    }

    [Fact]
    public void ReplaceAllLiteral_Dollar_IsKept() =>
        Assert.Equal("b$1n$1", Encoding.UTF8.GetString(GoRegexp.Parse("a").ReplaceAllLiteral("bana"u8, "$1"u8, 100, None)));

    [Fact]
    public void ReplaceAll_ResultTooLarge_Fails()
    {
        byte[] text = new byte[1000];
        var failure = Assert.Throws<GoRegexpException>(() => GoRegexp.Parse("").ReplaceAll(text, new byte[1000], 100_000, None));
        Assert.Equal(GoRegexpError.OutputTooLarge, failure.Code);
    }

    [Fact]
    public void QuoteMeta_Specials_MatchThemselves()
    {
        byte[] text = Encoding.UTF8.GetBytes(@"a.b\c+*?()|[]{}^$é-/");
        byte[] quoted = GoRegexp.QuoteMeta(text);
        Assert.Equal(@"a\.b\\c\+\*\?\(\)\|\[\]\{\}\^\$é-/", Encoding.UTF8.GetString(quoted));
        Assert.Equal(new MatchRange(0, text.Length), GoRegexp.Parse(quoted).Find(text, None));
    }

    [Fact]
    public void SubexpNames_NamedAndNot_ByNumber()
    {
        var regexp = GoRegexp.Parse("(a)(?:b)(?P<n>c)(?<m>d)");
        Assert.Equal(3, regexp.NumSubexp);
        Assert.Equal(["", "", "n", "m"], regexp.SubexpNames);
    }

    [Theory]
    [InlineData("(x+x+)+y", 'x')]
    [InlineData("(a|aa)+$", 'a')]
    [InlineData("(.*)(.*)(.*)(.*)(.*)[^a]", 'a')]
    [InlineData("(?:a?){300}a{300}b", 'a')]
    public void IsMatch_PatternThatExplodesElsewhere_IsLinear(string pattern, char fill)
    {
        byte[] text = Encoding.UTF8.GetBytes(new string(fill, 20_000));
        var clock = Stopwatch.StartNew();
        Assert.Equal(pattern.EndsWith('$'), GoRegexp.Parse(pattern).IsMatch(text, None));
        Assert.True(clock.Elapsed < Wait.Patience, $"took {clock.Elapsed}");
    }

    [Fact]
    public void Find_CancelledBeforeOrDuring_Stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => GoRegexp.Parse("a").IsMatch("a"u8, source.Token));

        // Every position starts a search to the end of the text: quadratic, in Go as well.
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        byte[] text = Encoding.UTF8.GetBytes(new string('a', 1_000_000));
        Assert.Throws<OperationCanceledException>(() => GoRegexp.Parse("a*b|a").FindAll(text, -1, later.Token));
    }

    [Fact]
    public void Get_SamePatternTwice_IsParsedOnceUntilPushedOut()
    {
        var cache = new GoRegexpCache(2);
        var first = cache.Get("a"u8);
        Assert.Same(first, cache.Get("a"u8));
        cache.Get("b"u8);
        cache.Get("a"u8);
        cache.Get("c"u8);
        Assert.Same(first, cache.Get("a"u8));
        cache.Get("d"u8);
        cache.Get("e"u8);
        Assert.NotSame(first, cache.Get("a"u8));
    }
}
