using CsiSecrets.Providers;
using CsiSecrets.Providers.Objects;
using CsiSecrets.Templates;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Resolution.FileTemplates;

/// <summary>
/// Reads <c>parameters.templates</c> of a SecretProviderClass: a YAML list of <c>path</c>, <c>template</c>, <c>filePermission</c>, and
/// <c>uid</c> and <c>gid</c> as objects have them. Pure.
/// </summary>
internal static class FileTemplateReader
{
    private const string Parameter = ObjectsParameter.Templates;

    /// <summary>Empty where the class has none. Throws one exception (ClassInvalid) that lists every error.</summary>
    public static IReadOnlyList<FileTemplate> Read(ClassParameters parameters, TemplateOptions options)
    {
        string? text = parameters.Values.GetValueOrDefault(Parameter);
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        var errors = new FieldErrors();
        var templates = new List<FileTemplate>();
        YamlNode? root = YamlLists.Parse(text, Parameter, "must be a YAML list of templates", errors);
        if (root is YamlSequenceNode list)
        {
            foreach (YamlFields entry in YamlLists.Maps(list, Parameter, errors))
            {
                templates.Add(ReadOne(entry, options));
            }
        }
        else if (root is not (null or YamlScalarNode { Value: null or "" or "~" or "null" }))
        {
            errors.Add(Parameter, "must be a YAML list of templates");
        }

        foreach (IGrouping<string, FileTemplate> same in templates.GroupBy(t => t.Path).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            errors.Add(Parameter, $"{same.Count()} templates have the path {same.Key}");
        }

        errors.ThrowIfAny(parameters.ClassRef);
        return templates;
    }

    private static FileTemplate ReadOne(YamlFields entry, TemplateOptions options)
    {
        string path = entry.Text("path") ?? "";
        if (path.Length == 0)
        {
            entry.Error("path", "is required: the file's path in the volume");
        }
        else if (path.StartsWith('/'))
        {
            entry.Error("path", "must be relative to the volume");
        }
        else if (FilePaths.Problem(path) is { } problem)
        {
            entry.Error("path", problem);
        }

        string? text = entry.Text("template");
        if (text is null)
        {
            entry.Error("template", "is required: the file's text");
        }
        else
        {
            CheckSyntax(entry, path, text, options);
        }

        FileOwnership access = FileOwnership.Read(entry);
        return new FileTemplate { Path = path, Text = text ?? "", Mode = access.Mode, Uid = access.Uid, Gid = access.Gid };
    }

    private static void CheckSyntax(YamlFields entry, string path, string text, TemplateOptions options)
    {
        try
        {
            Template.Parse(path, text, options);
        }
        catch (TemplateException e)
        {
            entry.Error("template", e.SafeMessage);
        }
    }
}
