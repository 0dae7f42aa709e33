using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class TargetRendererTests
{
    private static readonly TargetRenderer Renderer = new(TemplateOptions.Secrets, TemplateEnvironment.System);

    private static RenderedTarget Render(string target, params (string, string)[] values) =>
        Renderer.Render(Manifest.PlanOfTarget(target), Manifest.Values(values), TemplateContents.None, default);

    [Fact]
    public void NoTemplate_CopiesValuesAndOwnMetadataButNoTrackingMarks()
    {
        ExternalSecretPlan plan = ExternalSecretReader.Read(Manifest.Of(
            """
            metadata:
              name: db
              namespace: shop
              labels: {team: a, argocd.argoproj.io/instance: app, kustomize.toolkit.fluxcd.io/name: k, app.kubernetes.io/instance: rel}
              annotations: {note: b, argocd.argoproj.io/tracking-id: x, kubectl.kubernetes.io/last-applied-configuration: "{}"}
            spec:
              secretStoreRef: {name: s}
              data: [{secretKey: k, remoteRef: {key: r}}]
            """));
        foreach (CreationPolicy creation in Enum.GetValues<CreationPolicy>())
        {
            using RenderedTarget target = Renderer.Render(
                plan with { Target = plan.Target with { Creation = creation } }, Manifest.Values(("k", "v")), TemplateContents.None, default);

            Assert.Equal(["k=v"], Manifest.Show(target.Data));
            Assert.Equal(["team=a"], target.Labels.Select(l => $"{l.Key}={l.Value}"));
            Assert.Equal(["note=b"], target.Annotations.Select(l => $"{l.Key}={l.Value}"));
            Assert.Null(target.Type);
        }
    }

    [Fact]
    public void TemplateThatNamesATrackingMark_GetsIt()
    {
        using RenderedTarget target = Render("    template: {metadata: {labels: {app.kubernetes.io/instance: rel}}}");

        Assert.Equal(["app.kubernetes.io/instance=rel"], target.Labels.Select(l => $"{l.Key}={l.Value}"));
    }

    [Fact]
    public void GuideExample_GivesTheProperties()
    {
        using RenderedTarget target = Render(
            """
                template:
                  type: Opaque
                  data:
                    db-config.properties: |
                      DB_USERNAME={{ .db_user }}
                      CONNECTION_STRING=jdbc:postgresql://{{ .db_host }}:{{ .db_port }}/main_db
            """,
            ("db_user", "admin"), ("db_host", "rds-prod-01.aws.com"), ("db_port", "5432"));

        Assert.Equal(
            ["db-config.properties=DB_USERNAME=admin\nCONNECTION_STRING=jdbc:postgresql://rds-prod-01.aws.com:5432/main_db"],
            Manifest.Show(target.Data));
        Assert.Equal("Opaque", target.Type);
        Assert.Empty(target.Labels);
    }

    [Fact]
    public void Precedence_TemplateDataOverTemplateFromOverValues()
    {
        ExternalSecretPlan plan = Manifest.PlanOfTarget(
            """
                template:
                  mergePolicy: Merge
                  data: {c: "data {{ .a }}"}
                  templateFrom:
                  - configMap: {name: cm, items: [{key: b}, {key: doc, templateAs: KeysAndValues}]}
                  - literal: "d: second\nc: never seen"
            """);
        using var contents = new TemplateContents();
        contents.Put(new TemplateReference(TemplateObject.ConfigMap, "cm", "b"), SecretBytes.FromText("cm {{ .a }}"));
        contents.Put(new TemplateReference(TemplateObject.ConfigMap, "cm", "doc"), SecretBytes.FromText("d: first\ne: {{ .a | quote }}\np: 5432\nt: yes"));
        using RenderedTarget target = Renderer.Render(plan, Manifest.Values(("a", "A"), ("b", "B"), ("c", "C")), contents, default);

        Assert.Equal(["a=A", "b=cm A", "c=data A", "d=second", "e=A", "p=5432", "t=true"], Manifest.Show(target.Data));
        Assert.Equal(2, plan.Target.Template!.References.Count);
    }

    [Fact]
    public void MergePolicyReplace_DropsValues() =>
        Assert.Equal(["x=1"], Manifest.Show(Render("    template: {data: {x: '1'}}", ("a", "A")).Data));

    [Fact]
    public void MetadataOnlyTemplate_KeepsValues()
    {
        using RenderedTarget target = Render(
            "    template: {metadata: {labels: {l: '{{ .a }}'}, annotations: {note: x}, finalizers: [f/x]}}", ("a", "A"));

        Assert.Equal(["a=A"], Manifest.Show(target.Data));
        Assert.Equal("A", target.Labels["l"]);
        Assert.Equal("x", target.Annotations["note"]);
        Assert.Equal(["f/x"], target.Finalizers);
    }

    // TestExecuteTargetCaseInsensitive
    [Theory]
    [InlineData("Data")]
    [InlineData("data")]
    [InlineData("DATA")]
    [InlineData("")]
    [InlineData("Labels")]
    [InlineData("labels")]
    [InlineData("ANNOTATIONS")]
    public void TemplateFromTarget_InAnyCase(string target)
    {
        using RenderedTarget rendered = Render($"    template: {{templateFrom: [{{target: '{target}', literal: 'k: v'}}]}}");

        string[] got =
        [
            .. Manifest.Show(rendered.Data).Select(d => "data " + d),
            .. rendered.Labels.Select(l => $"labels {l.Key}={l.Value}"),
            .. rendered.Annotations.Select(l => $"annotations {l.Key}={l.Value}"),
        ];
        Assert.Equal([$"{(target.Length == 0 ? "data" : target.ToLowerInvariant())} k=v"], got);
    }

    // TestExecuteDecodesRenderedTemplateValues
    [Theory]
    [InlineData("Base64", "aGk=", "hi")]
    [InlineData("Base64URL", "_-8=", "\u00ff\u00ef")]
    [InlineData("Auto", "aGk=", "hi")]
    [InlineData("Auto", "not base64!", "not base64!")]
    [InlineData("None", "aGk=", "aGk=")]
    public void ValuesDecodingStrategy_DecodesAfterRendering(string strategy, string text, string expected)
    {
        using RenderedTarget target = Render(
            $"    template: {{templateFrom: [{{valuesDecodingStrategy: {strategy}, literal: 'k: \"{{{{ .v }}}}\"'}}]}}", ("v", text));

        Assert.Equal(Encoding.Latin1.GetBytes(expected), target.Data.Find("k")!.Span.ToArray());
    }

    [Fact]
    public void ValuesDecodingStrategy_NotDecodable_FailsWithoutTheValue()
    {
        SecretsException e = Manifest.Fails(() => Render("    template: {templateFrom: [{valuesDecodingStrategy: Base64, literal: 'k: \"{{ .v }}\"'}]}", ("v", "s3cret!")));

        Assert.Equal(FailureReason.TemplateFailed, e.Reason);
        Assert.Contains("spec.target.template.templateFrom[0].literal: a rendered value is not Base64", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingValue_NamesTemplatePlaceAndTheValuesThatAreThere()
    {
        SecretsException e = Manifest.Fails(() => Render("    template: {data: {app.conf: \"x\\npass={{ .pass }}\"}}", ("password", "s3cret"), ("user", "u")));

        Assert.Equal(FailureReason.TemplateFailed, e.Reason);
        Assert.Equal(
            "ExternalSecret shop/db: spec.target.template.data[app.conf]: template: app.conf:2:8: executing \"app.conf\" at <.pass>: "
            + "map has no entry for key \"pass\": the values are password, user",
            e.Message);
    }

    [Fact]
    public void SyntaxError_IsTemplateInvalidWithLine()
    {
        SecretsException e = Manifest.Fails(() => Render("    template: {data: {a: \"x\\n{{ .b\"}}"));

        Assert.Equal(FailureReason.TemplateInvalid, e.Reason);
        Assert.Contains("spec.target.template.data[a]: template: a:2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingReference_NamesObjectAndKey()
    {
        SecretsException e = Manifest.Fails(() => Render("    template: {templateFrom: [{configMap: {name: cm, items: [{key: t}]}}]}"));

        Assert.Equal(FailureReason.ReferenceMissing, e.Reason);
        Assert.Contains("error in configmap cm: missing key t", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'{{ .v }}'", "is no YAML map")]
    [InlineData("'k: [{{ .v }}]'", "entry 1 of the rendered map is no text")]
    [InlineData("'{{ .v }}: x: y'", "not valid YAML")]
    [InlineData("'\"{{ .v }} /\": x'", "a rendered key cannot be a key of a Secret")]
    public void KeysAndValues_BadDocument_FailsWithoutTheValue(string literal, string expected)
    {
        SecretsException e = Manifest.Fails(() => Render($"    template: {{templateFrom: [{{literal: {literal}}}]}}", ("v", "s3cret")));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ValueWithAKeyThatNoSecretHas_NeedsATemplate()
    {
        Assert.Contains("key \"ä\" cannot be a key of a Secret", Manifest.Fails(() => Render("    {}", ("ä", "x"))).Message, StringComparison.Ordinal);
        Assert.Equal(["k=x"], Manifest.Show(Render("    template: {data: {k: '{{ index . \"ä\" }}'}}", ("ä", "x")).Data));
    }

    [Fact]
    public void PrivilegedType_IsRefusedAgainAtTheRender()
    {
        ExternalSecretPlan plan = Manifest.PlanOfTarget("    template: {type: kubernetes.io/service-account-token, metadata: {annotations: {a: b}}}");
        TemplatePlan template = plan.Target.Template! with { Annotations = new Dictionary<string, string> { ["kubernetes.io/service-account.name"] = "x" } };

        SecretsException e = Manifest.Fails(() => Renderer.Render(
            plan with { Target = plan.Target with { Template = template } }, Manifest.Values(), TemplateContents.None, default));

        Assert.Equal(FailureReason.TemplateInvalid, e.Reason);
    }
}
