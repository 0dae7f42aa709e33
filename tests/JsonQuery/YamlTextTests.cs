using System.Text;
using CsiSecrets.JsonQuery;

namespace CsiSecrets.Tests.JsonQuery;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("yes", "true")]
    [InlineData("Y", "true")]
    [InlineData("On", "true")]
    [InlineData("off", "false")]
    [InlineData("yES", "\"yES\"")]
    [InlineData("\"yes\"", "\"yes\"")]
    [InlineData("'1'", "\"1\"")]
    [InlineData("~", "null")]
    [InlineData("Null", "null")]
    [InlineData("''", "\"\"")]
    [InlineData("0644", "420")]
    [InlineData("\"0644\"", "\"0644\"")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("-0b101", "-5")]
    [InlineData("1_000", "1000")]
    [InlineData("08", "8")]
    [InlineData("+5", "5")]
    [InlineData("18446744073709551616", "18446744073709551616")]
    [InlineData("1.10", "1.1")]
    [InlineData(".5", "0.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("2001-12-14", "\"2001-12-14\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("-", "[null]")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!float 3", "3")]
    [InlineData("!!binary aGk=", "\"hi\"")]
    [InlineData("! 12", "\"12\"")]
    public void ToJson_Scalar_IsResolvedAsKubernetesDoes(string yaml, string expected) =>
        Assert.Equal($"{{\"v\":{expected}}}", One($"v:{(yaml == "-" ? "\n" : " ")}{yaml}\n"));

    [Theory]
    [InlineData("- objectName: a\n  jmesPath:\n    - path: x\n", """[{"objectName":"a","jmesPath":[{"path":"x"}]}]""")]
    [InlineData("b: |\n  one\n  two\na: >-\n  x\n  y\n", """{"b":"one\ntwo\n","a":"x y"}""")]
    [InlineData("1: a\ntrue: b\n1.5: c\n", """{"1":"a","true":"b","1.5":"c"}""")]
    [InlineData("y: a\n\"n\": b\n", """{"true":"a","n":"b"}""")]
    [InlineData("x: &a {k: 1}\nw: *a\nz: [*a, *a]\n", """{"x":{"k":1},"w":{"k":1},"z":[{"k":1},{"k":1}]}""")]
    [InlineData("p: &p {a: 1, b: 1}\nq: {<<: *p, b: 2}\n", """{"p":{"a":1,"b":1},"q":{"b":2,"a":1}}""")]
    [InlineData("p: &p {a: 1}\nq: &q {a: 2, c: 3}\nr: {<<: [*p, *q]}\n", """{"p":{"a":1},"q":{"a":2,"c":3},"r":{"a":1,"c":3}}""")]
    [InlineData("{\"json\": [1, \"two\", null]}", """{"json":[1,"two",null]}""")]
    [InlineData("\uFEFFa: ü\r\n", """{"a":"ü"}""")]
    [InlineData("# only\na: b # tail\n", """{"a":"b"}""")]
    public void ToJson_Document_KeepsShapeAndOrder(string yaml, string expected) => Assert.Equal(expected, One(yaml));

    [Fact]
    public void Read_SeveralDocuments_SkipsEmptyOnesAndKnowsTheirLines()
    {
        IReadOnlyList<YamlDocument> documents = YamlText.Read("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n"u8);
        Assert.Equal(["{\"a\":1}", "{\"b\":2}"], documents.Select(one => Encoding.UTF8.GetString(one.ToJson())));
        Assert.Equal([2, 7], documents.Select(one => one.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n# note\n")]
    [InlineData("---\n")]
    public void Read_NoContent_GivesNoDocument(string yaml) => Assert.Empty(YamlText.Read(Encoding.UTF8.GetBytes(yaml)));

    [Theory]
    [InlineData("a: hunter2\nb: 1\na: hunter2\n", "stands twice", 3, 1)]
    [InlineData("a: {b: hunter2, 'b': 1}\n", "stands twice", 1, 17)]
    [InlineData("a: *hunter2\n", "names no anchor", 1, 4)]
    [InlineData("a: &hunter2 [*hunter2]\n", "names no anchor", 1, 14)]
    [InlineData("x: &hunter2 1\n---\ny: *hunter2\n", "names no anchor", 3, 4)]
    [InlineData("a:\n  b: .inf\n", "no JSON form", 2, 6)]
    [InlineData("a: !hunter2 b\n", "tag has no JSON form", 1, 4)]
    [InlineData("a: !hunter2 {b: 1}\n", "tag has no JSON form", 1, 4)]
    [InlineData("a: !!int hunter2\n", "not of the type", 1, 4)]
    [InlineData("a: !!binary hunter2!\n", "not base64", 1, 4)]
    [InlineData("? [hunter2]\n: 1\n", "a key must be", 1, 3)]
    [InlineData("~: hunter2\n", "a key must be", 1, 1)]
    [InlineData("a: {<<: hunter2}\n", "merge key", 1, 9)]
    public void Read_NoJsonForm_GivesPlaceAndReasonWithoutTheText(string yaml, string cause, long line, long column)
    {
        YamlTextException e = Assert.Throws<YamlTextException>(() => YamlText.Read(Encoding.UTF8.GetBytes(yaml)));
        Assert.Contains(cause, e.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (e.Line, e.Column));
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: \"hunter2\n", 0)]
    [InlineData("a: b\n\thunter2: c\n", 1)]
    [InlineData("a: [hunter2\nb: c\n", 1)]
    [InlineData("a: hunter2: b\n", 1)]
    [InlineData("a: @hunter2\n", 1)]
    [InlineData("%YAML 9.hunter2\n---\na: b\n", 1)]
    [InlineData("a: !hunter2!x y\n", 1)]
    public void Read_NotYaml_GivesAPlaceWithoutTheText(string yaml, long line)
    {
        YamlTextException e = Assert.Throws<YamlTextException>(() => YamlText.Read(Encoding.UTF8.GetBytes(yaml)));
        Assert.True(line == 0 ? e.Line > 0 : e.Line == line, e.Message);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotUtf8_Fails() => Assert.Throws<YamlTextException>(() => YamlText.Read([(byte)'a', 0xff]));

    [Fact]
    public void Read_BillionLaughs_EndsInALimit()
    {
        StringBuilder yaml = new("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++)
        {
            string nine = string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9));
            yaml.Append($"a{i}: &a{i} [{nine}]\n");
        }

        YamlTextException e = Assert.Throws<YamlTextException>(() => YamlText.Read(Encoding.UTF8.GetBytes(yaml.ToString())));
        Assert.Contains("aliases", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("- ", "")]
    public void Read_Depth_IsBounded(string open, string close)
    {
        string Nest(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "x" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.Single(YamlText.Read(Encoding.UTF8.GetBytes(Nest(64))));
        foreach (int depth in new[] { 65, 20_000 })
        {
            YamlTextException e = Assert.Throws<YamlTextException>(() => YamlText.Read(Encoding.UTF8.GetBytes(Nest(depth))));
            Assert.Contains("nested deeper", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_Size_IsBounded() =>
        Assert.Throws<YamlTextException>(() => YamlText.Read("a: 12345"u8, new YamlLimits { MaxBytes = 7 }));

    [Fact]
    public void Read_MutatedText_FailsOnlyWithOurException()
    {
        const string Seed =
            "%YAML 1.1\n---\na: &x [1, 'two', {b: \"c\"}]\nd: &y {e: 1}\n<<: *y\nt: |\n  u\n? f\n: - !!int 3\n# c\n...\n---\nz: !!str x\n";
        const string Alphabet = ":-?[]{},&*!|>'\"%@`# \n\tabx1~.<\\\0";
        Assert.Equal(2, YamlText.Read(Encoding.UTF8.GetBytes(Seed)).Count);
        Random random = new(20261124);
        for (int round = 0; round < 4_000; round++)
        {
            StringBuilder text = new(Seed);
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                int at = random.Next(text.Length);
                text.Remove(at, Math.Min(random.Next(0, 4), text.Length - at)).Insert(at, Alphabet[random.Next(Alphabet.Length)]);
            }

            Exception? e = Record.Exception(() => YamlText.Read(Encoding.UTF8.GetBytes(text.ToString())));
            Assert.True(e is null or YamlTextException { Line: > 0 }, $"{text}\n{e}");
        }
    }

    private static string One(string yaml) => Encoding.UTF8.GetString(Assert.Single(YamlText.ToJson(Encoding.UTF8.GetBytes(yaml))));
}
