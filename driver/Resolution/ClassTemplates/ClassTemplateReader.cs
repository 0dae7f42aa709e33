using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Resolution.ClassTemplates;

/// <summary>Reads <c>parameters.templates</c>: a YAML list of path, template and filePermission. Pure.</summary>
internal static class ClassTemplateReader
{
    public const string Parameter = "templates";

    private const string Field = "parameters." + Parameter;
    private const int UsualMode = 0b110_100_100;
    private const int MostMode = 0b111_111_111;

    /// <summary>The templates in order; none where the class has no such parameter. Throws one <see cref="SecretsException"/> (ClassInvalid) with every error.</summary>
    public static IReadOnlyList<ClassTemplate> Read(SecretProviderClass manifest)
    {
        string subject = $"SecretProviderClass {manifest.Metadata.Namespace}/{manifest.Metadata.Name}";
        var problems = new FieldProblems();
        var templates = new List<ClassTemplate>();
        if (manifest.Spec.Parameters.TryGetValue(Parameter, out string? text))
        {
            ReadList(text, templates, problems);
        }

        problems.ThrowIfAny(FailureReason.ClassInvalid, subject);
        return templates;
    }

    private static void ReadList(string text, List<ClassTemplate> templates, FieldProblems problems)
    {
        IReadOnlyList<YamlDocument> documents;
        try
        {
            documents = YamlText.Read(Encoding.UTF8.GetBytes(text));
        }
        catch (YamlTextException e)
        {
            problems.Add(Field, e.Message, "it is a YAML list of path, template and filePermission");
            return;
        }

        if (documents is not [{ Root.Kind: JsonKind.Array } list])
        {
            problems.Add(Field, "it is no list", "it is a YAML list of path, template and filePermission");
            return;
        }

        for (int i = 0; i < list.Root.Items.Count; i++)
        {
            ReadOne(list.Root.Items[i], $"{Field}[{i}]", templates, problems);
        }

        foreach (string twice in templates.GroupBy(t => t.Path, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
        {
            problems.Add(Field, $"the path {FieldProblems.Show(twice)} stands twice", "give each file a path of its own");
        }
    }

    private static void ReadOne(JsonTree item, string at, List<ClassTemplate> templates, FieldProblems problems)
    {
        if (item.Kind != JsonKind.Object)
        {
            problems.Add(at, "it is no map", "write path: and template:");
            return;
        }

        foreach (string unknown in item.Members.Select(m => m.Key).Where(k => k is not ("path" or "template" or "filePermission")))
        {
            problems.Add(at, $"{FieldProblems.Show(unknown)} is no field of a template", "the fields are path, template and filePermission");
        }

        string path = Text(item, "path", at, problems);
        string template = Text(item, "template", at, problems);
        int mode = UsualMode;
        if (item.Member("filePermission") is { } permission && !TryMode(permission.Text, out mode))
        {
            problems.Add($"{at}.filePermission", $"{FieldProblems.Show(permission.Text)} is no permission", "write it in octal, in quotes, as \"0640\"");
        }

        templates.Add(new ClassTemplate(path, template, mode));
    }

    private static string Text(JsonTree item, string name, string at, FieldProblems problems)
    {
        if (item.Member(name) is { Kind: JsonKind.String, Text.Length: > 0 } text)
        {
            return text.Text;
        }

        problems.Add($"{at}.{name}", "it is required, and a text", $"write {name}: and a text");
        return "";
    }

    private static bool TryMode(string text, out int mode)
    {
        mode = 0;
        if (text.Length is < 3 or > 4 || text.AsSpan().IndexOfAnyExceptInRange('0', '7') >= 0)
        {
            return false;
        }

        mode = Convert.ToInt32(text, 8);
        return mode <= MostMode;
    }
}
