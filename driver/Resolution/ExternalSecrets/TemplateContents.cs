using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The texts behind a template's references, read before the render. Owns them: a Secret may hold templates too.</summary>
internal sealed class TemplateContents : IDisposable
{
    private readonly Dictionary<TemplateReference, SecretBytes> texts = [];

    public static TemplateContents None { get; } = new();

    /// <summary>Takes over <paramref name="text"/>.</summary>
    public void Put(TemplateReference reference, SecretBytes text)
    {
        if (texts.Remove(reference, out SecretBytes? old))
        {
            old.Dispose();
        }

        texts[reference] = text;
    }

    /// <summary>Null when the object or its key does not exist. Still owned by this object.</summary>
    public SecretBytes? Find(TemplateReference reference) => texts.GetValueOrDefault(reference);

    public void Dispose()
    {
        foreach (SecretBytes text in texts.Values)
        {
            text.Dispose();
        }
    }
}
