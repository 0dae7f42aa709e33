using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class KeyRewriterTests
{
    private static readonly KeyRewriter Rewriter = new(TemplateEnvironment.System);

    [Theory]
    [InlineData("{regexp: {source: foo, target: bar}}", "foo=a", "bar=a")]
    [InlineData("{regexp: {source: nothing, target: bar}}", "foo=a", "foo=a")]
    [InlineData("{regexp: {source: 'my/initial/path/(.*)', target: 'prefix-$1'}}", "my/initial/path/bar=a;my/initial/path/foo=b", "prefix-bar=a;prefix-foo=b")]
    [InlineData("{regexp: {source: '^(?P<x>.).*', target: '${x}'}}", "foo=a", "f=a")]
    [InlineData("{transform: {template: 'pre_{{ .value | upper }}'}}", "foo=a;bar=b", "pre_BAR=b;pre_FOO=a")]
    [InlineData("{transform: {template: '{{ .missing }}'}}", "foo=a", "<no value>=a")]
    [InlineData("{regexp: {source: '.*', target: same}}", "a=1;b=2", "same=2")]
    public void Names_AreRewritten(string rule, string values, string expected) => Assert.Equal(expected, Rewrite($"[{rule}]", values));

    [Fact]
    public void Rules_ApplyInOrder() => Assert.Equal(
        "X_FOO=a", Rewrite("[{regexp: {source: 'path/', target: 'x_'}}, {transform: {template: '{{ .value | upper }}'}}]", "path/foo=a"));

    [Theory]
    [InlineData("{}", "a={\"x\":\"1\",\"n\":5};b={\"y\":true,\"z\":null,\"o\":{\"b\":1,\"a\":\"<\"}}", "n=5;o={\"a\":\"\\u003c\",\"b\":1};x=1;y=true;z=")]
    [InlineData("{strategy: JSON, into: all}", "a={\"x\":\"<\"};b={\"n\":1.50}", "a={\"x\":\"<\"};all={\"n\":1.5,\"x\":\"<\"};b={\"n\":1.50}")]
    [InlineData("{strategy: JSON, into: a}", "a={\"x\":1};b={\"y\":2}", "a={\"x\":1,\"y\":2};b={\"y\":2}")]
    [InlineData("{conflictPolicy: Ignore}", "a={\"x\":\"1\"};b={\"x\":\"2\"}", "x=2")]
    [InlineData("{conflictPolicy: Ignore, priority: [a]}", "a={\"x\":\"1\"};b={\"x\":\"2\"}", "x=1")]
    [InlineData("{priority: [gone], priorityPolicy: IgnoreNotFound}", "a={\"x\":\"1\"}", "x=1")]
    [InlineData("{}", "a={\"big\":12345678901234567890,\"e\":1e3}", "big=12345678901234567890;e=1000")]
    public void Merge_JoinsObjects(string merge, string values, string expected) => Assert.Equal(expected, Rewrite($"[{{merge: {merge}}}]", values));

    [Theory]
    [InlineData("{}", "a={\"x\":\"s3cret\"};b={\"x\":\"2\"}", "merge failed with conflicts: x")]
    [InlineData("{priority: [gone]}", "a={\"x\":\"s3cret\"}", "merge failed with key \"gone\" not found in input map")]
    [InlineData("{}", "a=s3cret", "the value of \"a\": not valid JSON")]
    [InlineData("{}", "a=[\"s3cret\"]", "the value of \"a\" is no JSON object")]
    public void Merge_ThatCannotBe_FailsWithoutTheValue(string merge, string values, string expected)
    {
        SecretsException e = Manifest.Fails(() => Rewrite($"[{{merge: {merge}}}]", values));

        Assert.StartsWith("here: spec.dataFrom[0].rewrite[0]: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    // ConvertKeys
    [Theory]
    [InlineData("foo$bar%baz*bing", "foo_bar_baz_bing", "foo_U0024_bar_U0025_baz_U002a_bing")]
    [InlineData("/foo/", "_foo_", "_U002f_foo_U002f_")]
    [InlineData("😀foo", "_foo", "_U1f600_foo")]
    [InlineData("a.b-c_d", "a.b-c_d", "a.b-c_d")]
    [InlineData("ä", "ä", "ä")]
    public void Convert_ByStrategy(string name, string plain, string unicode)
    {
        Assert.Equal(plain, KeyNames.Convert(name, KeyConversion.Default));
        Assert.Equal(unicode, KeyNames.Convert(name, KeyConversion.Unicode));
    }

    [Fact]
    public void Convert_OfTwoNamesToOne_Fails() => Assert.Contains(
        "secret name collision during conversion",
        Manifest.Fails(() => KeyNames.Convert(Manifest.Values(("a$", "1"), ("a*", "2")), KeyConversion.Default, "x")).Message,
        StringComparison.Ordinal);

    private static string Rewrite(string rules, string values)
    {
        var plan = Manifest.Plan($"  secretStoreRef: {{name: s}}\n  dataFrom: [{{extract: {{key: k}}, rewrite: {rules}}}]");
        using SecretSet given = Manifest.Values([.. values.Split(';').Select(v => (v[..v.IndexOf('=', StringComparison.Ordinal)], v[(v.IndexOf('=', StringComparison.Ordinal) + 1)..]))]);
        using SecretSet set = Rewriter.Rewrite(((KeysEntry)plan.Entries[0]).Rewrites, given, "here", default);
        return string.Join(';', Manifest.Show(set));
    }
}
