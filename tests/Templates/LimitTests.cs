using System.Diagnostics;
using CsiSecrets.Templates;

namespace CsiSecrets.Tests.Templates;

/// <summary>Hostile templates end in the engine's own error, soon.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("{{ range until 1000000000 }}x{{ end }}")]
    [InlineData("{{ range 1000000000 }}{{ end }}")]
    [InlineData("{{ range 1000000000 }}xxxxxxxx{{ end }}")]
    [InlineData("{{ repeat 1000000000 \"abc\" }}")]
    [InlineData("{{ randAlphaNum 1000000000 }}")]
    [InlineData("{{ printf \"%1000000d\" 1 | repeat 100 }}")]
    [InlineData("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}")]
    [InlineData("{{ regexFind \"((((a{100}){10}){10}){10})\" \"a\" }}")]
    [InlineData("{{ bcrypt \"x\" }}")]
    public void Render_Hostile_FailsSoon(string text)
    {
        long startedAt = Stopwatch.GetTimestamp();

        Assert.Throws<TemplateException>(() => Render(text));

        Assert.True(Stopwatch.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("{{ range .secret }}{{ end }}")]
    [InlineData("{{ fail .secret }}")]
    [InlineData("{{ index .secret .secret }}")]
    [InlineData("{{ regexFind .secret \"a\" }}")]
    [InlineData("{{ .secret | mustFromJson }}")]
    [InlineData("{{ jwkPublicKeyPem .secret }}")]
    public void SafeMessage_ValueInFailure_HoldsNoValue(string text)
    {
        TemplateException failure = Assert.Throws<TemplateException>(() => Render(text));

        Assert.DoesNotContain("hunter2", failure.SafeMessage, StringComparison.Ordinal);
        Assert.Contains("template: t", failure.SafeMessage, StringComparison.Ordinal);
    }

    private static byte[] Render(string text) => Template.Parse("t", text, TemplateOptions.Secrets).Render(
        TemplateData.OfSecrets([new KeyValuePair<string, ReadOnlyMemory<byte>>("secret", "hunter2(["u8.ToArray())]),
        TemplateEnvironment.System,
        TestContext.Current.CancellationToken);
}
