using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>A Secret while it is being rendered.</summary>
internal sealed class TargetDraft(string subject)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public SecretSet Data { get; } = new();

    public SortedDictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, string> Annotations { get; } = new(StringComparer.Ordinal);

    public void PutAll(SecretSet values)
    {
        foreach ((string name, SecretBytes value) in values.Items)
        {
            // The provider's own name: no value, so it may be shown.
            Require(NameRules.IsSecretKey(name), subject, $"key {FieldProblems.Show(name)} cannot be a key of a Secret", "rewrite the key, or use a template");
            Data.Put(name, value.Share());
        }
    }

    /// <summary>Takes over <paramref name="value"/>, decodes it and puts it in its place.</summary>
    public void Put(TargetField field, string key, SecretBytes value, ValueDecoding decoding, string at)
    {
        using (value)
        {
            SecretBytes decoded = TextDecoder.Decode(value, decoding)
                ?? throw new SecretsException(FailureReason.TemplateFailed, at, $"a rendered value is not {decoding}", "correct the template, or valuesDecodingStrategy");
            if (field == TargetField.Data)
            {
                if (!NameRules.IsSecretKey(key))
                {
                    decoded.Dispose();
                    // Without the key, which a template may have made of a value.
                    throw new SecretsException(FailureReason.TemplateFailed, at, "a rendered key cannot be a key of a Secret", "use letters, digits, -, _ and .");
                }

                Data.Put(key, decoded);
                return;
            }

            using (decoded)
            {
                (field == TargetField.Labels ? Labels : Annotations)[key] = Encoding.UTF8.GetString(decoded.Span);
            }
        }
    }

    public RenderedTarget Finish(TemplatePlan? template)
    {
        if (PrivilegedTypes.Problem(template?.Type, Annotations) is { } problem)
        {
            throw new SecretsException(FailureReason.TemplateInvalid, $"{subject}: spec.target.template.type", problem, "use another type");
        }

        return new RenderedTarget
        {
            Type = template?.Type,
            Labels = Labels.Count > 0 ? Labels : None,
            Annotations = Annotations.Count > 0 ? Annotations : None,
            Finalizers = template?.Finalizers ?? [],
            Data = Data,
        };
    }

    private static void Require(bool good, string at, string cause, string remedy)
    {
        if (!good)
        {
            throw new SecretsException(FailureReason.ValueInvalid, at, cause, remedy);
        }
    }
}
