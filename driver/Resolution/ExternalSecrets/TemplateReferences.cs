using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Reads what <c>templateFrom</c> refers to, at the time of a render.</summary>
internal sealed class TemplateReferences(ClusterAccess cluster)
{
    /// <summary>Every text that is there; the receiver owns them. What is absent is the renderer's error, which names the place. Throws
    /// KubernetesDenied where this process may not read it.</summary>
    public async Task<TemplateContents> ReadAsync(ExternalSecretPlan plan, CancellationToken cancellationToken)
    {
        var contents = new TemplateContents();
        try
        {
            foreach (TemplateReference reference in plan.Target.Template?.References ?? [])
            {
                if (await ReadAsync(plan, reference, cancellationToken) is { } text)
                {
                    contents.Put(reference, text);
                }
            }

            return contents;
        }
        catch
        {
            contents.Dispose();
            throw;
        }
    }

    private async Task<SecretBytes?> ReadAsync(ExternalSecretPlan plan, TemplateReference reference, CancellationToken cancellationToken)
    {
        try
        {
            if (reference.Kind == TemplateObject.Secret)
            {
                return await cluster.FindSecretKey(plan.Key.Namespace, reference.Name, reference.Key, cancellationToken);
            }

            return await cluster.FindConfigMapKey(plan.Key.Namespace, reference.Name, reference.Key, cancellationToken) is { } text
                ? SecretBytes.FromText(text)
                : null;
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesDenied)
        {
            throw new SecretsException(
                e.Reason,
                $"{plan.Subject}: spec.target.template.templateFrom: {reference}",
                "this process may not read it",
                "write the template into the manifest, or grant get on exactly that object",
                e);
        }
    }
}
