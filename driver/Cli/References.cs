using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Cli;

/// <summary>templateFrom's ConfigMaps and Secrets, taken from the manifest files at hand.</summary>
internal static class References
{
    /// <summary>The texts that are there; the receiver owns them.</summary>
    public static TemplateContents Read(TemplatePlan? template, IReadOnlyList<ManifestDocument> all)
    {
        var contents = new TemplateContents();
        foreach (TemplateReference reference in template?.References ?? [])
        {
            if (Find(reference, all) is { } document && TextOf(reference, document) is { } text)
            {
                contents.Put(reference, text);
            }
        }

        return contents;
    }

    /// <summary>Where the template of a field of templateFrom stands; null where the field is its own text.</summary>
    public static (ManifestDocument Document, string Path)? SourceOf(TemplatePlan? template, string field, IReadOnlyList<ManifestDocument> all) =>
        template?.Parts.FirstOrDefault(p => p.Path == field)?.Reference is { } reference && Find(reference, all) is { } document
            ? (document, $"data[{reference.Key}]")
            : null;

    private static ManifestDocument? Find(TemplateReference reference, IReadOnlyList<ManifestDocument> all) =>
        all.FirstOrDefault(d => d.Kind == reference.Kind.ToString() && d.Name == reference.Name);

    private static SecretBytes? TextOf(TemplateReference reference, ManifestDocument document)
    {
        if (reference.Kind == TemplateObject.ConfigMap)
        {
            ConfigMap map = document.Read(ManifestJson.Default.ConfigMap);
            return map.Data?.TryGetValue(reference.Key, out string? text) == true ? SecretBytes.FromText(text) : null;
        }

        using Secret secret = document.Read(ManifestJson.Default.Secret);
        return secret.Find(reference.Key)?.Share();
    }
}
