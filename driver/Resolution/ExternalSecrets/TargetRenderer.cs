using CsiSecrets.Model;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>
/// From values to the Secret that should be: the templates of templateFrom in order, then template.data, over the values themselves where
/// there is no template or its policy is Merge. Pure, but for the clock and random bytes that functions may take from the environment.
/// </summary>
internal sealed class TargetRenderer(TemplateOptions options, TemplateEnvironment environment)
{
    private readonly ParsedTemplates parsed = new(options);

    private const string Field = "spec.target.template";

    /// <param name="plan">The ExternalSecret.</param>
    /// <param name="values">What was fetched; still the caller's.</param>
    /// <param name="contents">The texts behind <see cref="TemplatePlan.References"/>; still the caller's.</param>
    /// <param name="cancellationToken">Ends the render.</param>
    /// <exception cref="SecretsException">TemplateInvalid, TemplateFailed, ReferenceMissing or ValueInvalid.</exception>
    public RenderedTarget Render(ExternalSecretPlan plan, SecretSet values, TemplateContents contents, CancellationToken cancellationToken)
    {
        var draft = new TargetDraft(plan.Subject);
        try
        {
            if (plan.Target.Template is { } template)
            {
                Apply(template, draft, plan.Subject, values, contents, cancellationToken);
            }
            else
            {
                draft.PutAll(values);
                Copy(plan.Labels, draft.Labels);
                Copy(plan.Annotations, draft.Annotations);
            }

            return draft.Finish(plan.Target.Template);
        }
        catch
        {
            draft.Data.Dispose();
            throw;
        }
    }

    private void Apply(
        TemplatePlan template,
        TargetDraft draft,
        string subject,
        SecretSet values,
        TemplateContents contents,
        CancellationToken cancellationToken)
    {
        if (template.Merge == TemplateMerge.Merge || (template.Data.Count == 0 && template.Parts.Count == 0))
        {
            draft.PutAll(values);
        }

        var text = new TemplateText(parsed, environment, values);
        foreach (TemplatePart part in template.Parts)
        {
            ApplyPart(part, draft, $"{subject}: {part.Path}", text, contents, cancellationToken);
        }

        foreach ((TargetField field, string name, IReadOnlyDictionary<string, string> texts) in
            (ReadOnlySpan<(TargetField, string, IReadOnlyDictionary<string, string>)>)
            [(TargetField.Data, $"{Field}.data", template.Data), (TargetField.Labels, $"{Field}.metadata.labels", template.Labels),
             (TargetField.Annotations, $"{Field}.metadata.annotations", template.Annotations)])
        {
            foreach ((string key, string value) in texts)
            {
                string at = $"{subject}: {name}[{key}]";
                draft.Put(field, key, text.Render(key, value, at, cancellationToken), ValueDecoding.None, at);
            }
        }
    }

    private static void ApplyPart(
        TemplatePart part, TargetDraft draft, string at, TemplateText text, TemplateContents contents, CancellationToken cancellationToken)
    {
        using SecretBytes source = SourceOf(part, at, contents);
        string name = part.Reference?.Key ?? "literal";
        SecretBytes rendered = text.Render(name, source, at, cancellationToken);
        if (part.Scope == TemplateScope.Values)
        {
            draft.Put(part.Target.Field, name, rendered, part.Decoding, at);
            return;
        }

        using (rendered)
        {
            foreach ((string key, string value) in KeysDocument.Read(rendered, at))
            {
                draft.Put(part.Target.Field, key, SecretBytes.FromText(value), part.Decoding, at);
            }
        }
    }

    /// <summary>The text of a part; the receiver owns it.</summary>
    public static SecretBytes SourceOf(TemplatePart part, string at, TemplateContents contents) =>
        part.Reference is null
            ? SecretBytes.FromText(part.Literal)
            : contents.Find(part.Reference)?.Share() ?? throw new SecretsException(
                FailureReason.ReferenceMissing,
                at,
                $"error in {part.Reference.Kind.ToString().ToLowerInvariant()} {part.Reference.Name}: missing key {part.Reference.Key}",
                "create the object and its key in the ExternalSecret's namespace");

    private static void Copy(IReadOnlyDictionary<string, string> from, SortedDictionary<string, string> to)
    {
        foreach ((string key, string value) in from)
        {
            if (TrackingMarks.MayCopy(key))
            {
                to[key] = value;
            }
        }
    }
}
