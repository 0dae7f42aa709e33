using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Resolution.FileTemplates;
using CsiSecrets.Templates;
using CsiSecrets.Tests.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.FileTemplates;

public sealed class FileTemplateTests
{
    private static readonly FileTemplateRenderer Renderer = new(TemplateOptions.Secrets, TemplateEnvironment.System);

    [Fact]
    public void TwoSecrets_OneConfFile()
    {
        IReadOnlyList<FileTemplate> templates = Read(
            """
            - path: etc/legacy.conf
              filePermission: "0640"
              uid: 1000
              gid: 2000
              template: |
                [db]
                user = {{ .user }}
                pass = {{ index . "db-pass" | quote }}
            - path: plain
              template: "{{ .user | upper }}"
            """);
        IReadOnlyList<SecretFile> files = Renderer.Render("shop/legacy", templates, Manifest.Values(("user", "admin"), ("db-pass", "x\"y")), default);

        Assert.Equal(
            ["etc/legacy.conf 416 1000 2000 [db]\nuser = admin\npass = \"x\\\"y\"\n", "plain 420   ADMIN"],
            files.Select(f => $"{f.Path} {f.Mode} {f.Uid} {f.Gid} {Encoding.UTF8.GetString(f.Content.Span)}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    public void NoTemplates_IsEmpty(string? text) => Assert.Empty(Read(text));

    [Fact]
    public void Errors_AreAllToldWithTheirPlace()
    {
        SecretsException e = Manifest.Fails(() => Read(
            "[{path: ../x, template: a}, {path: /y}, {template: '{{', path: z, filePermission: '999'}, {path: z, template: b, uid: -1}, 5]"));

        Assert.Equal(FailureReason.ClassInvalid, e.Reason);
        Assert.All(
            ["templates[0].path", "templates[1].path", "templates[1].template", "templates[2].template: template: z:1", "templates[2].filePermission",
             "templates[3].uid", "templates[4]", "2 templates have the path z"],
            part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void NotYaml_DoesNotQuoteTheText()
    {
        SecretsException e = Manifest.Fails(() => Read("- {path: s3cret"));

        Assert.Contains("SecretProviderClass shop/legacy", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingAlias_NamesTheFileAndThoseThatAreThere()
    {
        SecretsException e = Manifest.Fails(() => Renderer.Render(
            "shop/legacy", Read("[{path: a.conf, template: '{{ .pas }}'}]"), Manifest.Values(("pass", "s3cret")), default));

        Assert.Equal(FailureReason.TemplateFailed, e.Reason);
        Assert.StartsWith("SecretProviderClass shop/legacy: parameters.templates[0].template: template: a.conf:1:3: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("the values are pass", e.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<FileTemplate> Read(string? text) => FileTemplateReader.Read(
        new ClassParameters("shop/legacy", text is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["templates"] = text }),
        TemplateOptions.Secrets);
}
