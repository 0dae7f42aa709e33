using System.Text;
using System.Text.Unicode;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Cli;

/// <summary>Shows what was rendered: that is what the author asked for, so values are printed here and nowhere else.</summary>
internal sealed class RenderedPrinter(TextWriter output)
{
    private static readonly Template Yaml = Template.Parse("yaml", "{{ toYaml . }}\n", TemplateOptions.Default with
    {
        Limits = TemplateLimits.Default with { Time = TimeSpan.FromMinutes(1), AllocatedBytes = 1L << 30, OutputBytes = 64 << 20, Steps = long.MaxValue },
    });

    private const int MostBytes = 64 << 20;

    public void Secret(ExternalSecretPlan plan, RenderedTarget target)
    {
        bool IsText(SecretBytes value) => Utf8.IsValid(value.Span) && value.Span.IndexOf((byte)0) < 0;
        JsonTree tree = Map(
            ("apiVersion", JsonTree.Of("v1")),
            ("kind", JsonTree.Of("Secret")),
            ("metadata", Map(
                ("name", JsonTree.Of(plan.Target.Name)),
                ("namespace", plan.Key.Namespace.Length > 0 ? JsonTree.Of(plan.Key.Namespace) : null),
                ("labels", Texts(target.Labels)),
                ("annotations", Texts(target.Annotations)))),
            ("type", JsonTree.Of(target.Type ?? "Opaque")),
            ("stringData", Values(target.Data, IsText, static value => Encoding.UTF8.GetString(value.Span))),
            ("data", Values(target.Data, value => !IsText(value), static value => Convert.ToBase64String(value.Span))));
        Manifest(JsonTreeWriter.ToJson(tree, MostBytes));
    }

    /// <summary>An object in JSON, as YAML.</summary>
    public void Manifest(ReadOnlySpan<byte> json)
    {
        output.WriteLine("---");
        output.Write(Encoding.UTF8.GetString(Yaml.Render(TemplateData.OfJson(json), TemplateEnvironment.System, CancellationToken.None)));
    }

    public void File(SecretFile file)
    {
        output.WriteLine($"--- {file.Path} (mode {Convert.ToString(file.Mode, 8).PadLeft(4, '0')}, {file.Content.Length} bytes)");
        string text = Encoding.UTF8.GetString(file.Content.Span);
        output.Write(text);
        if (!text.EndsWith('\n'))
        {
            output.WriteLine();
            output.WriteLine("--- (no newline at its end)");
        }
    }

    private static JsonTree Map(params (string Name, JsonTree? Value)[] members) => JsonTree.OfObject(
        members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Name, m.Value!)));

    private static JsonTree? Texts(IReadOnlyDictionary<string, string> texts) => texts.Count == 0
        ? null
        : JsonTree.OfObject(texts.Select(t => KeyValuePair.Create(t.Key, JsonTree.Of(t.Value))));

    private static JsonTree? Values(SecretSet data, Func<SecretBytes, bool> take, Func<SecretBytes, string> show)
    {
        KeyValuePair<string, JsonTree>[] members =
            [.. data.Items.Where(item => take(item.Value)).Select(item => KeyValuePair.Create(item.Key, JsonTree.Of(show(item.Value))))];
        return members.Length == 0 ? null : JsonTree.OfObject(members);
    }
}
