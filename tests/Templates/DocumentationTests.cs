using System.Text;
using System.Text.RegularExpressions;
using CsiSecrets.Templates;
using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Functions;
using CsiSecrets.Tests.Architecture;
using CsiSecrets.Tests.Templates.Crypto;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Templates;

/// <summary>The examples of <c>docs/templates.md</c> are run: each gives what the page says, and no function is without one.</summary>
public sealed partial class DocumentationTests
{
    private const string Arrow = "  ->  ";
    private const string Jwk = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";
    private const string PrivateJwk = """{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly Lazy<TemplateData> Data = new(MakeData);

    public static TheoryData<string, string> Examples =>
        new(Lines().Select(line => line.Split(Arrow)).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : "no output in the page")));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_Run_GivesWhatThePageSays(string template, string output)
    {
        byte[] rendered = Template
            .Parse("example", template, TemplateOptions.Secrets with { Limits = TemplateLimits.Default with { AllowExpensive = true, Time = TimeSpan.FromMinutes(1) } })
            .Render(Data.Value, new TemplateEnvironment { Clock = new FakeTimeProvider(Now) }, TestContext.Current.CancellationToken);

        Assert.Equal(output, Encoding.UTF8.GetString(rendered).Replace('\n', '⏎').TrimEnd(' '));
    }

    [Fact]
    public void EveryFunction_HasAnExample()
    {
        HashSet<string> named = [.. Lines().Select(line => line.Split(Arrow)[0]).SelectMany(t => Action().Matches(t)).SelectMany(a => Word().Matches(a.Value)).Select(w => w.Value)];

        Assert.Empty(TemplateFunctions.All.Names.Except(named));
    }

    private static IEnumerable<string> Lines()
    {
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(SourceTree.Root, "docs", "templates.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```go-template";
            }
            else if (inside)
            {
                yield return line;
            }
        }
    }

    private static TemplateData MakeData()
    {
        byte[] key = KeyGeneration.GenPrivateKey("ecdsa", new SeededFill(1).Fill);
        GeneratedCertificate pair = new CertificateGeneration(new SeededFill(2).Fill, Now)
            .GenSelfSignedCertWithKey(new CertificateRequestNames("app", ["10.0.0.1"], ["app.example"], 30), key);
        return TemplateData.OfSecrets(
        [
            new("user", "alice"u8.ToArray()),
            new("key", pair.Key),
            new("cert", pair.Cert),
            new("jwk", Encoding.UTF8.GetBytes(Jwk)),
            new("privateJwk", Encoding.UTF8.GetBytes(PrivateJwk)),
        ]);
    }

    [GeneratedRegex(@"\{\{.*?\}\}")]
    private static partial Regex Action();

    [GeneratedRegex(@"[A-Za-z_][A-Za-z_0-9]*")]
    private static partial Regex Word();
}
