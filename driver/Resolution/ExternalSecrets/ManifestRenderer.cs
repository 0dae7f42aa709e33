using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>
/// From values to an object that is no Secret: templates write labels, annotations, <c>data</c> and any path; where there is no template the
/// values are texts: the keys of <c>data</c> of a ConfigMap, of <c>spec.data</c> of any other kind. Pure.
/// </summary>
internal sealed class ManifestRenderer(TemplateOptions options, TemplateEnvironment environment)
{
    private readonly ParsedTemplates parsed = new(options);

    private const int MostBytes = 1 << 20;

    /// <param name="plan">The ExternalSecret; its target is a manifest.</param>
    /// <param name="root">The object as it is, or a new one with apiVersion, kind and metadata.</param>
    /// <param name="values">What was fetched; still the caller's.</param>
    /// <param name="contents">The texts behind the template's references; still the caller's.</param>
    /// <param name="cancellationToken">Ends the render.</param>
    /// <returns>The object's JSON, which the receiver owns.</returns>
    public SecretBytes Render(
        ExternalSecretPlan plan, JsonTree root, SecretSet values, TemplateContents contents, CancellationToken cancellationToken) =>
        Write(RenderTree(plan, root, values, contents, cancellationToken), plan.Subject);

    /// <summary>The same before it is written as JSON, whose size is not bounded yet.</summary>
    public JsonTree RenderTree(
        ExternalSecretPlan plan, JsonTree root, SecretSet values, TemplateContents contents, CancellationToken cancellationToken)
    {
        TemplatePlan? template = plan.Target.Template;
        bool plain = template is null || template.Merge == TemplateMerge.Merge || (template.Data.Count == 0 && template.Parts.Count == 0);
        TemplateTarget place = template is null && plan.Target.Manifest?.Kind != "ConfigMap" ? new(TargetField.Other, "spec.data") : DataTarget;
        foreach ((string name, SecretBytes value) in plain ? values.Items : [])
        {
            root = Put(root, place, name, JsonTree.Of(Encoding.UTF8.GetString(value.Span)), plan.Subject);
        }

        root = template is null ? CopyMarks(root, plan) : root;

        var text = new TemplateText(parsed, environment, values);
        foreach (TemplatePart part in template?.Parts ?? [])
        {
            root = ApplyPart(root, part, $"{plan.Subject}: {part.Path}", text, contents, cancellationToken);
        }

        foreach ((TemplateTarget target, IReadOnlyDictionary<string, string>? texts) in
            (ReadOnlySpan<(TemplateTarget, IReadOnlyDictionary<string, string>?)>)
            [(DataTarget, template?.Data), (new(TargetField.Labels, ""), template?.Labels), (new(TargetField.Annotations, ""), template?.Annotations)])
        {
            foreach ((string key, string source) in texts ?? new Dictionary<string, string>())
            {
                string at = $"{plan.Subject}: spec.target.template.{target.Field.ToString().ToLowerInvariant()}[{key}]";
                using SecretBytes rendered = text.Render(key, source, at, cancellationToken);
                root = Put(root, target, key, JsonTree.Of(Encoding.UTF8.GetString(rendered.Span)), at);
            }
        }

        return root;
    }

    /// <summary>Without a template the ExternalSecret's own labels and annotations are the object's.</summary>
    private static JsonTree CopyMarks(JsonTree root, ExternalSecretPlan plan)
    {
        foreach ((TargetField field, IReadOnlyDictionary<string, string> marks) in
            (ReadOnlySpan<(TargetField, IReadOnlyDictionary<string, string>)>)[(TargetField.Labels, plan.Labels), (TargetField.Annotations, plan.Annotations)])
        {
            foreach ((string key, string value) in marks)
            {
                root = TrackingMarks.MayCopy(key) ? Put(root, new(field, ""), key, JsonTree.Of(value), plan.Subject) : root;
            }
        }

        return root;
    }

    private static TemplateTarget DataTarget { get; } = new(TargetField.Data, "");

    private static JsonTree ApplyPart(
        JsonTree root, TemplatePart part, string at, TemplateText text, TemplateContents contents, CancellationToken cancellationToken)
    {
        using SecretBytes source = TargetRenderer.SourceOf(part, at, contents);
        string name = part.Reference?.Key ?? "literal";
        using SecretBytes rendered = text.Render(name, source, at, cancellationToken);
        if (part.Scope == TemplateScope.Values)
        {
            using SecretBytes decoded = Decode(rendered, part, at);
            return part.Target.Field == TargetField.Other
                ? Set(root, part.Target, Scalar(decoded), at)
                : Put(root, part.Target, name, JsonTree.Of(Encoding.UTF8.GetString(decoded.Span)), at);
        }

        if (part.Target.Field == TargetField.Other)
        {
            return Set(root, part.Target, KeysDocument.Parse(rendered, at), at);
        }

        foreach ((string key, string value) in KeysDocument.Read(rendered, at))
        {
            using var raw = SecretBytes.FromText(value);
            using SecretBytes decoded = Decode(raw, part, at);
            root = Put(root, part.Target, key, JsonTree.Of(Encoding.UTF8.GetString(decoded.Span)), at);
        }

        return root;
    }

    /// <summary>What the text means as YAML; the text itself where it is none.</summary>
    public static JsonTree Scalar(SecretBytes text)
    {
        try
        {
            IReadOnlyList<YamlDocument> documents = YamlText.Read(text.Span);
            return documents.Count == 0 ? JsonTree.Null : documents[0].Root;
        }
        catch (YamlTextException)
        {
            return JsonTree.Of(Encoding.UTF8.GetString(text.Span));
        }
    }

    private static SecretBytes Decode(SecretBytes text, TemplatePart part, string at) => TextDecoder.Decode(text, part.Decoding)
        ?? throw new SecretsException(FailureReason.TemplateFailed, at, $"a rendered value is not {part.Decoding}", "correct the template, or valuesDecodingStrategy");

    private static JsonTree Set(JsonTree root, TemplateTarget target, JsonTree value, string at) =>
        PathOf(target).Set(root, value) ?? throw Blocked(at, target);

    private static JsonTree Put(JsonTree root, TemplateTarget target, string key, JsonTree value, string at) =>
        PathOf(target).SetKey(root, key, value) ?? throw Blocked(at, target);

    private static ManifestPath PathOf(TemplateTarget target) => ManifestPath.TryParse(target.Field switch
    {
        TargetField.Data => "data",
        TargetField.Labels => "metadata.labels",
        TargetField.Annotations => "metadata.annotations",
        _ => target.Path,
    })!;

    private static SecretsException Blocked(string at, TemplateTarget target) => new(
        FailureReason.TemplateFailed, at, $"a field on the way to {target.Field} {target.Path} is there already and is neither a map nor a list", "correct the path");

    private static SecretBytes Write(JsonTree root, string subject)
    {
        try
        {
            byte[] json = JsonTreeWriter.ToJson(root, MostBytes);
            var owned = SecretBytes.Copy(json);
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(json);
            return owned;
        }
        catch (JsonTreeException e)
        {
            throw new SecretsException(FailureReason.TemplateFailed, subject, e.Message, "make the object smaller");
        }
    }
}
