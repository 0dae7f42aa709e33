using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>From values to what the target should hold, with the texts that its template refers to read at that time.</summary>
internal sealed class TargetRender(TemplateReferences references, TargetRenderer renderer)
{
    public async Task<RenderedTarget> RenderAsync(ExternalSecretPlan plan, SecretSet values, CancellationToken cancellationToken)
    {
        using TemplateContents contents = await references.ReadAsync(plan, cancellationToken);
        return renderer.Render(plan, values, contents, cancellationToken);
    }
}
