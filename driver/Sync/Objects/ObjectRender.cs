using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.Objects;

/// <summary>From values to an object that is no Secret, with the texts that its template refers to read at that time.</summary>
internal sealed class ObjectRender(TemplateReferences references, ManifestRenderer renderer)
{
    public Task<TemplateContents> ReadAsync(ExternalSecretPlan plan, CancellationToken cancellationToken) => references.ReadAsync(plan, cancellationToken);

    /// <summary>From no values at all comes nothing but the object's name.</summary>
    public JsonTree Make(ExternalSecretPlan plan, JsonTree seed, SecretSet values, TemplateContents contents, CancellationToken cancellationToken) =>
        values.Count == 0 ? seed : renderer.RenderTree(plan, seed, values, contents, cancellationToken);
}
