using System.Security.Cryptography;
using CsiSecrets.Model;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Renders single texts over one set of values. What goes wrong names the template, its line and column, and where a value is missing
/// the names of those that are there; never a value.</summary>
internal sealed class TemplateText(ParsedTemplates templates, TemplateEnvironment environment, SecretSet values)
{
    private const int MostNames = 20;

    private readonly TemplateData data = TemplateData.OfSecrets(
        values.Items.Select(v => new KeyValuePair<string, ReadOnlyMemory<byte>>(v.Key, v.Value.Memory)));

    /// <summary>A template of the manifest itself. The receiver owns the result.</summary>
    /// <param name="name">What the template is called in messages.</param>
    /// <param name="text">The template, as the manifest holds it.</param>
    /// <param name="subject">Object and field, for messages.</param>
    /// <param name="cancellationToken">Ends the render.</param>
    public SecretBytes Render(string name, string text, string subject, CancellationToken cancellationToken) =>
        Render(() => templates.Get(name, text), subject, cancellationToken);

    /// <summary>A template from another object. The receiver owns the result.</summary>
    public SecretBytes Render(string name, SecretBytes text, string subject, CancellationToken cancellationToken) =>
        Render(() => templates.Parse(name, text.Span), subject, cancellationToken);

    private SecretBytes Render(Func<Template> parse, string subject, CancellationToken cancellationToken)
    {
        try
        {
            byte[] output = parse().Render(data, environment, cancellationToken);
            try
            {
                return SecretBytes.Copy(output);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(output);
            }
        }
        catch (TemplateException e)
        {
            // Not as inner exception: its own message may show data.
            throw new SecretsException(
                e.Failure == TemplateFailure.Parse ? FailureReason.TemplateInvalid : FailureReason.TemplateFailed,
                subject, e.SafeMessage, e.MissingKey is null ? "correct the template" : Remedy());
        }
    }

    private string Remedy()
    {
        if (values.Count == 0)
        {
            return "there are no values";
        }

        string more = values.Count > MostNames ? $" and {values.Count - MostNames} more" : "";
        return $"the values are {string.Join(", ", values.Names.Take(MostNames))}{more}";
    }
}
