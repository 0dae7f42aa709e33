using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>Secrets that a class's status names and the class does not any more: each goes once no pod refers to it.</summary>
internal sealed class SecretObjectLeftovers(IKubeApi api, SecretObjectWatches watches)
{
    /// <summary>Removes what may go, and keeps the entries of the rest. Returns whether any has to wait.</summary>
    public async Task<bool> SettleAsync(SecretProviderClass manifest, MirrorStatus status, CancellationToken cancellationToken)
    {
        var listed = manifest.Spec.SecretObjects.Select(static o => o.SecretName.Trim()).ToHashSet(StringComparer.Ordinal);
        bool waits = false;
        foreach (SecretObjectStatus entry in manifest.Status?.SecretObjects.Where(o => !listed.Contains(o.SecretName)) ?? [])
        {
            var key = new ObjectKey(manifest.Metadata.Namespace, entry.SecretName);
            if (watches.FindSecret(key) is not { } secret || secret.AppliedBy(SecretObjectWriter.Manager) is null
                || watches.ClassesOf(key.Namespace, key.Name).Any())
            {
                continue;
            }

            if (await IsUsedAsync(key, cancellationToken))
            {
                status.Keep(entry);
                waits = true;
                continue;
            }

            await DeleteAsync(secret, cancellationToken);
        }

        return waits;
    }

    private async Task<bool> IsUsedAsync(ObjectKey secret, CancellationToken cancellationToken)
    {
        bool used = false;
        await api.ListAsync(
            ResourceTypes.PodDocuments,
            new KubeQuery { Namespace = secret.Namespace },
            pod => used = used || pod.RefersToSecret(secret.Name),
            cancellationToken);
        return used;
    }

    private async Task DeleteAsync(ObservedSecret secret, CancellationToken cancellationToken) => await api.DeleteWhileAsync(
        SecretTypes.Observed,
        await api.GetAsync(SecretTypes.Observed, secret.Key, cancellationToken),
        static s => s.Metadata.Label(MirrorStyle.SecretObjects.Managed) == "true" && s.AppliedBy(SecretObjectWriter.Manager) is not null,
        cancellationToken);
}
