using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ClassTemplates;

/// <summary>From the values of a class's objects, by alias, to the files that its templates make. Pure, but for the clock and random bytes of
/// the environment.</summary>
internal sealed class ClassTemplateRenderer(TemplateOptions options, TemplateEnvironment environment)
{
    /// <summary>The files in order; the receiver owns them.</summary>
    /// <exception cref="SecretsException">TemplateInvalid or TemplateFailed.</exception>
    public IReadOnlyList<SecretFile> Render(
        string subject, IReadOnlyList<ClassTemplate> templates, SecretSet values, CancellationToken cancellationToken)
    {
        var text = new TemplateText(options, environment, values);
        var files = new List<SecretFile>();
        try
        {
            for (int i = 0; i < templates.Count; i++)
            {
                ClassTemplate template = templates[i];
                string at = $"{subject}: parameters.{ClassTemplateReader.Parameter}[{i}].template";
                SecretBytes content = text.Render(template.Path, Encoding.UTF8.GetBytes(template.Text), at, cancellationToken);
                files.Add(new SecretFile { Path = template.Path, Content = content, Mode = template.Mode });
            }

            return files;
        }
        catch
        {
            files.ForEach(file => file.Content.Dispose());
            throw;
        }
    }
}
