using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

/// <summary>Targets that are no Secrets: TestNestedPathTargeting, TestTryParseYAML and their neighbours.</summary>
public sealed class ManifestRendererTests
{
    private static readonly ManifestRenderer Renderer = new(TemplateOptions.Secrets, TemplateEnvironment.System);

    [Theory]
    [InlineData("{}", "spec", "a: 1", """{"spec":{"a":1}}""")]
    [InlineData("""{"spec":{"b":2}}""", "spec", "a: 1", """{"spec":{"a":1}}""")]
    [InlineData("""{"spec":{"x":{"b":2,"a":0}}}""", "spec.x", "a: 1", """{"spec":{"x":{"b":2,"a":1}}}""")]
    [InlineData("{}", "spec.a.b.c", "d: e", """{"spec":{"a":{"b":{"c":{"d":"e"}}}}}""")]
    [InlineData("""{"spec":{"a":[{"n":1},{"n":2}]}}""", "spec.a[1]", "m: 3", """{"spec":{"a":[{"n":1},{"n":2,"m":3}]}}""")]
    [InlineData("{}", "spec.a[2].c", "x: 1", """{"spec":{"a":[null,null,{"c":{"x":1}}]}}""")]
    [InlineData("{}", "spec.list", "- a\n- b", """{"spec":{"list":["a","b"]}}""")]
    [InlineData("""{"spec":{"a":{"x":1}}}""", "spec.a", "5", """{"spec":{"a":5}}""")]
    public void NestedPath_IsSetMergedOrMade(string root, string path, string literal, string expected)
    {
        string target = $"    manifest: {{apiVersion: v1, kind: Thing}}\n    template: {{templateFrom: [{{target: '{path}', literal: {Quote(literal)}}}]}}";

        Assert.Equal(expected, Render(root, target));
        Assert.Equal(expected, Render(expected, target));
    }

    [Theory]
    [InlineData("123", "123")]
    [InlineData("true", "true")]
    [InlineData("text", "\"text\"")]
    [InlineData("'123'", "\"123\"")]
    [InlineData("[a, b]", """["a","b"]""")]
    [InlineData("a: b", """{"a":"b"}""")]
    [InlineData("", "null")]
    [InlineData("null", "null")]
    [InlineData("a: b: c", "\"a: b: c\"")]
    [InlineData("[unclosed", "\"[unclosed\"")]
    public void Scalar_IsWhatItMeansAsYaml(string text, string expected)
    {
        using var bytes = SecretBytes.FromText(text);

        Assert.Equal(expected, Encoding.UTF8.GetString(JsonTreeWriter.ToJson(ManifestRenderer.Scalar(bytes), 1000)));
    }

    [Fact]
    public void ConfigMap_DataIsTextNotBase64() => Assert.Equal(
        """{"data":{"k":"v","t":"x v"},"metadata":{"labels":{"l":"v"}}}""",
        Render(
            """{"data":{"k":"old"}}""",
            "    manifest: {apiVersion: v1, kind: ConfigMap}\n    template: {mergePolicy: Merge, data: {t: 'x {{ .k }}'}, metadata: {labels: {l: '{{ .k }}'}}}"));

    [Theory]
    [InlineData("a.b", null)]
    [InlineData("a[0][1].b", null)]
    [InlineData("", "is no path")]
    [InlineData("a..b", "is no path")]
    [InlineData("a[x]", "is no path")]
    [InlineData("a[0", "is no path")]
    [InlineData("a]0[", "is no path")]
    [InlineData("a[10001]", "is no path")]
    [InlineData("[0]", "is no path")]
    public void Path_IsChecked(string path, string? problem) =>
        Assert.Equal(problem is null, ManifestPath.Problem(path)?.Contains(problem ?? "", StringComparison.Ordinal) is null);

    [Fact]
    public void PathThroughAScalar_IsAnError() => Assert.Equal(
        FailureReason.TemplateFailed,
        Manifest.Fails(() => Render(
            """{"spec":{"a":5}}""", "    manifest: {apiVersion: v1, kind: T}\n    template: {templateFrom: [{target: spec.a.b, literal: 'x: 1'}]}")).Reason);

    private static string Quote(string text) => "\"" + text.Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static string Render(string root, string target)
    {
        using SecretSet values = Manifest.Values(("k", "v"));
        using SecretBytes json = Renderer.Render(
            Manifest.PlanOfTarget(target), JsonTree.Parse(Encoding.UTF8.GetBytes(root)), values, TemplateContents.None, default);
        return Encoding.UTF8.GetString(json.Span);
    }
}
