using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.FileTemplates;

/// <summary>Renders the file templates of a class over the values of its objects. Pure, but for what functions take from the environment.</summary>
internal sealed class FileTemplateRenderer(TemplateOptions options, TemplateEnvironment environment)
{
    private readonly ParsedTemplates parsed = new(options);

    /// <summary>The templates of a class, by the renderer's own delimiters and limits.</summary>
    public IReadOnlyList<FileTemplate> Read(ClassParameters parameters) => FileTemplateReader.Read(parameters, options);

    /// <param name="classRef"><c>namespace/name</c> of the class, for messages.</param>
    /// <param name="templates">What to render.</param>
    /// <param name="values">The values by alias (by name where an object has none); still the caller's.</param>
    /// <param name="cancellationToken">Ends the render.</param>
    /// <returns>The files, whose content the receiver owns.</returns>
    /// <exception cref="SecretsException">TemplateInvalid or TemplateFailed.</exception>
    public IReadOnlyList<SecretFile> Render(
        string classRef, IReadOnlyList<FileTemplate> templates, SecretSet values, CancellationToken cancellationToken)
    {
        var text = new TemplateText(parsed, environment, values);
        var files = new List<SecretFile>(templates.Count);
        try
        {
            for (int i = 0; i < templates.Count; i++)
            {
                FileTemplate template = templates[i];
                files.Add(new SecretFile
                {
                    Path = template.Path,
                    Content = text.Render(
                        template.Path,
                        template.Text,
                        $"SecretProviderClass {classRef}: parameters.templates[{i}].template",
                        cancellationToken),
                    Mode = template.Mode,
                    Uid = template.Uid,
                    Gid = template.Gid,
                });
            }

            return files;
        }
        catch
        {
            files.ForEach(f => f.Content.Dispose());
            throw;
        }
    }
}
