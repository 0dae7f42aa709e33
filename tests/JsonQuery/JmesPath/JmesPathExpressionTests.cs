using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.JmesPath;

namespace CsiSecrets.Tests.JsonQuery.JmesPath;

public sealed class JmesPathExpressionTests
{
    [Theory]
    [InlineData("db-password", "quote it: \"db-password\"", 0)]
    [InlineData("a.db-password.b", "quote it: \"db-password\"", 2)]
    [InlineData("key-1", "quote it: \"key-1\"", 0)]
    [InlineData("a.1st", "quote it: \"1st\"", 2)]
    [InlineData("a.1", "quote it: \"1\"", 2)]
    [InlineData("a == b-c", "quote it: \"b-c\"", 5)]
    [InlineData("a = 'b'", "a comparison is written ==", 2)]
    [InlineData("'open", "the closing ' is missing", 0)]
    [InlineData("`{bad`", "not valid JSON", 0)]
    [InlineData("&a", "in front of a function's argument", 0)]
    [InlineData("a[99999999999]", "too large", 2)]
    public void Parse_WrongExpression_SaysWhatToDoAndWhere(string expression, string message, int offset)
    {
        JmesPathException e = Assert.Throws<JmesPathException>(() => JmesPathExpression.Parse(expression));
        Assert.Equal(JmesPathErrorKind.Syntax, e.Kind);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(offset, e.Offset);
    }

    [Theory]
    [InlineData("\"db-password\"", """{"db-password":"x"}""", "\"x\"")]
    [InlineData("a[-1]", """{"a":[1,2]}""", "2")]
    [InlineData("n", """{"n":1.50}""", "1.50")]
    [InlineData("n", """{"n":12345678901234567890123}""", "12345678901234567890123")]
    [InlineData("@", """{"b":1,"a":{"z":[ ],"y":{ }},"b":2}""", """{"b":2,"a":{"z":[],"y":{}}}""")]
    [InlineData("sum(@)", "[0.1,0.2]", "0.3")]
    [InlineData("sum(@)", "[1e2,1]", "101")]
    [InlineData("avg(@)", "[1,2]", "1.5")]
    [InlineData("avg(@)", "[1,1,2]", "1.3333333333333333")]
    [InlineData("abs(@)", "-1e30", "1e+30")]
    [InlineData("@ == `1.0`", "1", "true")]
    [InlineData("@ == `0`", "1e-40", "false")]
    [InlineData("length(@)", "\"\\ud83d\\ude00\"", "1")]
    [InlineData("reverse(@)", "\"a\\ud83d\\ude00\"", "\"😀a\"")]
    [InlineData("sort(@)", "[\"\\ud83d\\ude00\",\"\\uff5e\"]", "[\"～\",\"😀\"]")]
    [InlineData("sort_by(@, &k)[].v", """[{"k":2,"v":"c"},{"k":1,"v":"a"},{"k":1,"v":"b"}]""", """["a","b","c"]""")]
    [InlineData("contains(@, `1`)", "\"1\"", "false")]
    [InlineData("to_string(@)", """{"a":"<&>"}""", "\"{\\\"a\\\":\\\"<&>\\\"}\"")]
    [InlineData("*[]||[*]", "[]", "[]")]
    [InlineData("{\"\\\\\":{\" \":*}}", """{"type":"object"}""", "{\"\\\\\":{\" \":[\"object\"]}}")]
    public void Search_Document_GivesCompactJson(string expression, string document, string expected) =>
        Assert.Equal(expected, Run(expression, document));

    [Theory]
    [InlineData("sum(@)", "[1e308,1e308]", nameof(JmesPathErrorKind.InvalidValue))]
    [InlineData("sort_by(@, &k)", """[{"k":1},{"k":"a"}]""", nameof(JmesPathErrorKind.InvalidType))]
    [InlineData("length(`1`)", "null", nameof(JmesPathErrorKind.InvalidType))]
    [InlineData("[::0]", "[]", nameof(JmesPathErrorKind.InvalidValue))]
    [InlineData("length(&a)", "null", nameof(JmesPathErrorKind.InvalidType))]
    [InlineData("map(a, @)", "[]", nameof(JmesPathErrorKind.InvalidType))]
    public void Search_Misfit_FailsByClass(string expression, string document, string kind) =>
        Assert.Equal(kind, Assert.Throws<JmesPathException>(() => Run(expression, document)).Kind.ToString());

    [Fact]
    public void Search_TypeError_DoesNotQuoteTheDocument()
    {
        JmesPathException e = Assert.Throws<JmesPathException>(() => Run("sum(a)", """{"a":["hunter2"]}"""));
        Assert.DoesNotContain("hunter2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Search_ResultThatDoublesAtEachStep_EndsInALimit()
    {
        string doubling = string.Join(" | ", Enumerable.Repeat("[@,@]", 60));
        Assert.Equal(JmesPathErrorKind.LimitExceeded, Assert.Throws<JmesPathException>(() => Run(doubling, "1")).Kind);
    }

    [Theory]
    [InlineData("{0} == {0}")]
    [InlineData("to_string({0})")]
    public void Search_DoublingInsideTheExpression_EndsInALimit(string shape)
    {
        string doubling = string.Join(" | ", Enumerable.Repeat("[@,@]", 60));
        string expression = string.Format(shape, $"({doubling})");
        Assert.Equal(JmesPathErrorKind.LimitExceeded, Assert.Throws<JmesPathException>(() => Run(expression, "1")).Kind);
    }

    [Theory]
    [InlineData("(", 5000, "")]
    [InlineData("!", 5000, "a")]
    [InlineData("[", 5000, "")]
    [InlineData("a.", 5000, "a")]
    [InlineData("a|", 5000, "a")]
    [InlineData("[0]", 5000, "")]
    [InlineData("a || ", 30000, "a")]
    public void Parse_HostileNesting_EndsInALimit(string piece, int times, string last)
    {
        string expression = string.Concat(Enumerable.Repeat(piece, times)) + last;
        JmesPathException e = Assert.Throws<JmesPathException>(() => JmesPathExpression.Parse(expression));
        Assert.Equal(JmesPathErrorKind.LimitExceeded, e.Kind);
    }

    [Fact]
    public void Search_StepsBeyondTheLimit_EndInALimit()
    {
        JsonTree document = JsonTree.Parse(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 1000))}]"));
        JmesPathExpression nested = JmesPathExpression.Parse("[?contains(`[1]`, @)]");
        JmesPathLimits limits = new() { MaxSteps = 500 };
        JmesPathException e = Assert.Throws<JmesPathException>(
            () => nested.Search(document, limits, TestContext.Current.CancellationToken));
        Assert.Equal(JmesPathErrorKind.LimitExceeded, e.Kind);
    }

    [Fact]
    public void Search_Cancelled_Stops()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => JmesPathExpression.Parse("@").Search(JsonTree.Null, source.Token));
    }

    private static string Run(string expression, string document)
    {
        JsonTree result = JmesPathExpression.Parse(expression)
            .Search(JsonTree.Parse(Encoding.UTF8.GetBytes(document)), TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(JsonTreeWriter.ToJson(result, 1 << 20));
    }
}
