using System.Diagnostics;

namespace CsiSecrets.Tests.Cli;

/// <summary>What an author of templates sees.</summary>
public sealed class RenderTests : IDisposable
{
    private const string Values = "user: alice\npassword: s3cr\"et\nport: 5432\n";

    private const string ExternalSecret = """
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: db, namespace: shop}
        spec:
          secretStoreRef: {name: aws, kind: SecretStore}
          target:
            name: db-config
            template:
              metadata:
                labels: {owner: "{{ .user }}"}
              data:
                url: "postgres://{{ .user }}@db:{{ .port }}/x"
                app.properties: |
                  # settings
                  password={{ .password | squote }}
              templateFrom:
                - literal: |
                    {{- range $name, $value := . }}
                    {{ $name | upper }}: {{ $value | quote }}
                    {{- end }}
                - configMap:
                    name: templates
                    items: [{key: extra.conf, templateAs: Values}]
          data:
            - secretKey: user
              remoteRef: {key: db, property: user}
            - secretKey: password
              remoteRef: {key: db, property: password}
        """;

    private const string ConfigMap = """
        # before the document

        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: templates}
        data:
          extra.conf: |
            first
            é={{ .user | upper }}
        """;

    private const string Class = """
        apiVersion: secrets-store.csi.x-k8s.io/v1
        kind: SecretProviderClass
        metadata: {name: web, namespace: shop}
        spec:
          provider: aws
          parameters:
            templates: |
              - path: conf/app.ini
                filePermission: "0640"
                template: |
                  user = {{ .user }}
                  port = {{ .port | atoi | add 1 }}
              - path: bare
                template: "x {{ .user }}"
        """;

    private readonly RenderProgram program = new();

    public RenderTests()
    {
        program.Write("values.yaml", Values);
        program.Write("db.yaml", ExternalSecret);
        program.Write("map.yaml", ConfigMap);
        program.Write("class.yaml", Class);
    }

    [Theory]
    [InlineData("/dev/zero", "larger than 8388608 bytes")]
    [InlineData(".", "it is a folder")]
    [InlineData("none.yaml", "there is no such file")]
    public async Task FileUnreadable_IsToldInOneLine_InBothPlaces(string file, string says)
    {
        program.Write("es.yaml", ExternalSecret);
        foreach (string[] arguments in (string[][])[[file, "--values", "es.yaml"], ["es.yaml", "--values", file]])
        {
            (int code, _, string errors) = await program.RunAsync(arguments);
            Assert.Equal(1, code);
            Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(file)}: [^\n]*{says}[^\n]*\n$", errors);
        }
    }

    [Fact]
    public async Task ExternalSecret_AllSources_PrintsTheSecret()
    {
        var (code, output, errors) = await program.RunAsync("db.yaml", "map.yaml", "--values", "values.yaml");

        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Equal(
            """
            ---
            apiVersion: v1
            kind: Secret
            metadata:
              labels:
                owner: alice
              name: db-config
              namespace: shop
            stringData:
              PASSWORD: s3cr"et
              PORT: "5432"
              USER: alice
              app.properties: |
                # settings
                password='s3cr"et'
              extra.conf: |-
                first
                é=ALICE
              url: postgres://alice@db:5432/x
            type: Opaque

            """,
            output);
    }

    [Fact]
    public async Task Class_WithTemplates_PrintsItsFiles()
    {
        var (code, output, errors) = await program.RunAsync("class.yaml", "--values", "values.yaml");

        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Equal(
            "--- conf/app.ini (mode 0640, 25 bytes)\nuser = alice\nport = 5433\n--- bare (mode 0644, 7 bytes)\nx alice\n--- (no newline at its end)\n",
            output);
    }

    [Theory]
    [InlineData("db.yaml", "{{ .user }}@db", "{{ .usr }}@db", "db.yaml:12:29: ", "         url: \"postgres://{{ .usr }}@db:{{ .port }}/x\"")]
    [InlineData("db.yaml", ".password | squote", ".pass | squote", "db.yaml:15:23: ", "password={{ .pass | squote }}")]
    [InlineData("db.yaml", "$name | upper", "$name | uper", "db.yaml:19: ", "{{ $name | uper }}")]
    [InlineData("db.yaml", "\"{{ .user }}\"", "\"{{ .usr }}\"", "db.yaml:10:29: ", "labels: {owner: \"{{ .usr }}\"}")]
    [InlineData("map.yaml", ".user | upper", ".usr | upper", "map.yaml:10:10: ", "é={{ .usr | upper }}")]
    [InlineData("class.yaml", ".port | atoi", ".prt | atoi", "class.yaml:12:21: ", "port = {{ .prt | atoi | add 1 }}")]
    [InlineData("class.yaml", "\"x {{ .user", "\"x {{ .usr", "class.yaml:14:25: ", "template: \"x {{ .usr }}\"")]
    public async Task Failure_InATemplate_PointsIntoTheManifest(string file, string good, string bad, string place, string source)
    {
        string text = file switch
        {
            "db.yaml" => ExternalSecret,
            "map.yaml" => ConfigMap,
            _ => Class,
        };
        program.Write(file, text.Replace(good, bad, StringComparison.Ordinal));
        string[] manifests = file == "class.yaml" ? [file] : ["db.yaml", "map.yaml"];

        var (code, output, errors) = await program.RunAsync([.. manifests, "--values", "values.yaml"]);

        Assert.Equal(1, code);
        Assert.Equal("", output);
        Assert.StartsWith(place, errors, StringComparison.Ordinal);
        Assert.Contains(source, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr", errors, StringComparison.Ordinal);
        if (bad.Contains("uper", StringComparison.Ordinal))
        {
            Assert.Contains("function \"uper\" not defined", errors, StringComparison.Ordinal);
            return;
        }

        Assert.Contains("map has no entry for key", errors, StringComparison.Ordinal);
        Assert.Contains("the values are password, port, user", errors, StringComparison.Ordinal);
        string[] lines = errors.Split('\n');
        Assert.Equal('.', lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Values_WithoutAFetchedKey_AreTold()
    {
        program.Write("values.yaml", "user: alice\nport: 1\n");

        var (code, _, errors) = await program.RunAsync("db.yaml", "map.yaml", "--values", "values.yaml");

        Assert.Equal(1, code);
        Assert.StartsWith("values.yaml: no value for password, which ExternalSecret shop/db fetches: it has port, user\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_ToNoFile_Fails()
    {
        var (code, _, errors) = await program.RunAsync("db.yaml", "--values", "values.yaml");

        Assert.Equal(1, code);
        Assert.Contains("error in configmap templates: missing key extra.conf", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user: [\n", "values.yaml:2")]
    [InlineData("- alice\n", "values.yaml:1: the values are not one mapping")]
    public async Task Values_ThatAreNoMapping_Fail(string values, string message)
    {
        program.Write("values.yaml", values);

        var (code, _, errors) = await program.RunAsync("db.yaml", "--values", "values.yaml");

        Assert.Equal(1, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_InJson_AreRead()
    {
        program.Write("values.json", """{"user": "bob", "port": "1", "password": {"a": 1}}""");

        var (code, output, _) = await program.RunAsync("class.yaml", "--values", "values.json");

        Assert.Equal(0, code);
        Assert.Contains("user = bob", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongUse_ListsEveryError()
    {
        var (code, _, errors) = await program.RunAsync("--what", "--watch=maybe");

        Assert.Equal(2, code);
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.Equal("csi-secrets render --help lists the flags", lines[^1]);
    }

    [Fact]
    public async Task NothingToRender_Fails()
    {
        var (code, _, errors) = await program.RunAsync("map.yaml", "--values", "values.yaml");

        Assert.Equal(1, code);
        Assert.Equal("map.yaml: there is no ExternalSecret and no SecretProviderClass\n", errors);
    }

    [Fact]
    public async Task BadTemplatesParameter_ListsEveryError()
    {
        program.Write("class.yaml", Class.Replace("- path: bare", "- pth: bare", StringComparison.Ordinal).Replace("0640", "0940", StringComparison.Ordinal));

        var (code, _, errors) = await program.RunAsync("class.yaml", "--values", "values.yaml");

        Assert.Equal(1, code);
        Assert.Contains("templates[0].filePermission: Invalid File Permission: 0940", errors, StringComparison.Ordinal);
        Assert.Contains("templates[1].path: is required", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_FileSaved_RendersAgain()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        using Process process = program.Start("class.yaml", "--values", "values.yaml", "--watch");
        try
        {
            await UntilAsync(process.StandardError, "rendered at", ct);
            program.Write("values.yaml", "user: carol\nport: 7\n");
            await UntilAsync(process.StandardOutput, "user = carol", ct);
            program.Write("class.yaml", Class.Replace("atoi", "atoy", StringComparison.Ordinal));
            await UntilAsync(process.StandardError, "function \"atoy\" not defined", ct);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => program.Dispose();

    private static async Task UntilAsync(StreamReader reader, string text, CancellationToken ct)
    {
        string? line;
        do
        {
            line = await reader.ReadLineAsync(ct);
            Assert.NotNull(line);
        }
        while (!line.Contains(text, StringComparison.Ordinal));
    }
}
