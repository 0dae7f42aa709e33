using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class ParsedTemplatesTests
{
    private readonly ParsedTemplates templates = new(TemplateOptions.Secrets);

    [Fact]
    public void SameString_IsParsedOnce()
    {
        string text = new("{{ .a }}");

        Assert.Same(templates.Get("conf", text), templates.Get("conf", text));
    }

    [Fact]
    public void SameString_UnderAnotherName_IsAnotherTemplate()
    {
        string text = new("{{ .a }}");

        Assert.Equal(("one", "two"), (templates.Get("one", text).Name, templates.Get("two", text).Name));
    }

    [Fact]
    public void EqualText_OfAnotherManifest_IsParsedForItself() =>
        Assert.NotSame(templates.Get("conf", new string("{{ .a }}".AsSpan())), templates.Get("conf", new string("{{ .a }}".AsSpan())));

    [Fact]
    public void MoreTextsThanPlaces_EachIsItsOwn()
    {
        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => $"{i}")];

        for (int round = 0; round < 2; round++)
        {
            Assert.All(texts, t => Assert.Equal(t, System.Text.Encoding.UTF8.GetString(
                templates.Get("t", t).Render(TemplateData.OfSecrets([]), TemplateEnvironment.System, TestContext.Current.CancellationToken))));
        }
    }
}
