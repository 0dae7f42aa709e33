using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Resolution.FileTemplates;
using CsiSecrets.Templates;

namespace CsiSecrets.Cli;

/// <summary>Renders once what the manifests' templates make of the values, by the code that the controller and the node use.</summary>
internal sealed class RenderRun(RenderRequest request, TemplateEnvironment environment, TextWriter output, TextWriter errors)
{
    private readonly TemplateOptions options = TemplateOptions.Secrets with
    {
        Limits = TemplateLimits.Default with { AllowExpensive = request.AllowExpensive },
    };

    private readonly RenderedPrinter printer = new(output);

    /// <summary>Whether all went well; what did not is told.</summary>
    public bool Run(CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ManifestDocument> documents = [.. request.Manifests.SelectMany(SourceFiles.ReadManifests)];
            using SecretSet values = SourceFiles.ReadValues(request.Values);
            ManifestDocument[] chosen =
            [
                .. documents.Where(d => d.Kind is "ExternalSecret" or "SecretProviderClass" && (request.Name.Length == 0 || request.Name == d.Name)),
            ];
            if (chosen.Length == 0)
            {
                string which = request.Name.Length == 0 ? "" : $" named {request.Name}";
                throw new RenderException($"there is no ExternalSecret and no SecretProviderClass{which}", new SourcePlace(string.Join(", ", request.Manifests)));
            }

            return Array.TrueForAll(Array.ConvertAll(chosen, document => RenderOne(document, documents, values, cancellationToken)), good => good);
        }
        catch (RenderException e)
        {
            Tell(e.Message, e.Place);
            return false;
        }
    }

    private bool RenderOne(
        ManifestDocument document, IReadOnlyList<ManifestDocument> all, SecretSet values, CancellationToken cancellationToken)
    {
        ExternalSecretPlan? plan = null;
        try
        {
            if (document.Kind == "SecretProviderClass")
            {
                RenderClass(document, values, cancellationToken);
            }
            else
            {
                plan = ExternalSecretReader.Read(document.Read(ManifestJson.Default.ExternalSecret));
                TellMissing(plan, document, values);
                RenderSecret(plan, all, values, cancellationToken);
            }

            return true;
        }
        catch (SecretsException e)
        {
            Tell(e.Message, FailurePlace.Of(e, document, field => References.SourceOf(plan?.Target.Template, field, all)));
            return false;
        }
    }

    private void RenderSecret(
        ExternalSecretPlan plan, IReadOnlyList<ManifestDocument> all, SecretSet values, CancellationToken cancellationToken)
    {
        using TemplateContents contents = References.Read(plan.Target.Template, all);
        if (plan.Target.Manifest is not null)
        {
            using SecretBytes json = new ManifestRenderer(options, environment).Render(plan, ManifestSeed.Of(plan, null), values, contents, cancellationToken);
            printer.Manifest(json.Span);
            return;
        }

        using RenderedTarget target = new TargetRenderer(options, environment).Render(plan, values, contents, cancellationToken);
        printer.Secret(plan, target);
    }

    private void RenderClass(ManifestDocument document, SecretSet values, CancellationToken cancellationToken)
    {
        SecretProviderClass manifest = document.Read(ManifestJson.Default.SecretProviderClass);
        string classRef = $"{manifest.Metadata.Namespace}/{manifest.Metadata.Name}";
        IReadOnlyList<FileTemplate> templates = FileTemplateReader.Read(new ClassParameters(classRef, manifest.Spec.Parameters), options);
        if (templates.Count == 0)
        {
            throw new SecretsException(FailureReason.ClassInvalid, $"SecretProviderClass {classRef}", "it has no templates", "write them under parameters.templates");
        }

        foreach (SecretFile file in new FileTemplateRenderer(options, environment).Render(classRef, templates, values, cancellationToken))
        {
            printer.File(file);
            file.Content.Dispose();
        }
    }

    /// <summary>Not an error: a template may do without.</summary>
    private void TellMissing(ExternalSecretPlan plan, ManifestDocument document, SecretSet values)
    {
        string[] missing = [.. document.Read(ManifestJson.Default.ExternalSecret).Spec.Data.Select(d => d.SecretKey).Where(k => values.Find(k) is null)];
        if (missing.Length > 0)
        {
            string there = values.Count == 0 ? "it has none" : "it has " + string.Join(", ", values.Names);
            errors.WriteLine($"{request.Values}: no value for {string.Join(", ", missing)}, which {plan.Subject} fetches: {there}");
        }
    }

    private void Tell(string message, SourcePlace place)
    {
        errors.WriteLine($"{place}: {message}");
        if (place.Source is { } source)
        {
            string number = place.Line.ToString(System.Globalization.CultureInfo.InvariantCulture);
            errors.WriteLine($"  {number} | {source}");
            if (place.Column > 0)
            {
                errors.WriteLine($"  {new string(' ', number.Length)} | {new string(' ', (int)place.Column - 1)}^");
            }
        }
    }
}
