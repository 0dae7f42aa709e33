using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>From values to what the target should hold, with the texts that its template refers to read at that time.</summary>
internal sealed class TargetRender(TemplateReferences references, TargetRenderer renderer)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>For a target that is no Secret the values as they are: it is rendered at the moment of the write, over what is there.</summary>
    public async Task<RenderedTarget> RenderAsync(ExternalSecretPlan plan, SecretSet values, CancellationToken cancellationToken)
    {
        if (plan.Target.Manifest is not null)
        {
            return new RenderedTarget { Labels = None, Annotations = None, Finalizers = [], Data = values.Share() };
        }

        using TemplateContents contents = await references.ReadAsync(plan, cancellationToken);
        return renderer.Render(plan, values, contents, cancellationToken);
    }
}
