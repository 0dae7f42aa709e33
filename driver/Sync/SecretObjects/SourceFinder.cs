using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>Finds in whose name a class is read: a ServiceAccount that the class names, or its oldest pod until that is gone.</summary>
internal sealed class SourceFinder(SecretObjectWatches watches, MountingPods pods, ClusterAccess access)
{
    /// <summary>Annotation of a class: the ServiceAccount of its namespace in whose name it is synced without a pod.</summary>
    public const string AccountAnnotation = "secrets-store.csi.k8s.io/sync-service-account";

    private static readonly TimeSpan AccountAge = TimeSpan.FromSeconds(60);

    /// <summary>Whether anything asks for the class's Secrets. Cheap.</summary>
    public bool IsWanted(SecretProviderClass manifest) => AccountOf(manifest) is not null || watches.StatusesOf(manifest.Key).Any();

    /// <summary>Null when nobody mounts the class. Throws ServiceAccountNotFound.</summary>
    public async Task<MirrorSource?> FindAsync(SecretProviderClass manifest, bool anew, CancellationToken cancellationToken)
    {
        string ns = manifest.Metadata.Namespace;
        IReadOnlyList<MountingPod> all = await pods.FindAsync([.. watches.StatusesOf(manifest.Key)], manifest.Metadata.Name, anew, cancellationToken);
        OwnerReference[] owners = [.. all.SelectMany(static p => p.Owners).DistinctBy(static o => o.Uid)];
        if (AccountOf(manifest) is { } account)
        {
            // Nobody's pods carry such a Secret: it stays when they go.
            return await KnownAsync(new MirrorSource
            {
                Identity = new PodIdentity { Namespace = ns, PodName = "", PodUid = "", ServiceAccount = account },
            }, cancellationToken);
        }

        if (all.Count == 0)
        {
            return null;
        }

        MountingPod oldest = all[0];
        return await KnownAsync(new MirrorSource
        {
            Identity = oldest.Identity,
            Attributes = oldest.Attributes,
            CredentialsSecret = oldest.CredentialsSecret,
            Owners = owners,
            OtherAccounts = [.. all.Select(static p => p.Identity.ServiceAccount).Where(a => a != oldest.Identity.ServiceAccount)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        }, cancellationToken);
    }

    private static string? AccountOf(SecretProviderClass manifest) =>
        manifest.Metadata.Annotation(AccountAnnotation)?.Trim() is { Length: > 0 } account ? account : null;

    private async Task<MirrorSource> KnownAsync(MirrorSource source, CancellationToken cancellationToken)
    {
        PodIdentity identity = source.Identity;
        ServiceAccountFacts facts = await access.FindServiceAccount(identity.Namespace, identity.ServiceAccount, AccountAge, cancellationToken)
            ?? throw new SecretsException(
                FailureReason.ServiceAccountNotFound,
                $"ServiceAccount {identity.Namespace}/{identity.ServiceAccount}",
                "it does not exist",
                source.OfPod ? "recreate it, and the pod" : $"create it, or name another in the annotation {AccountAnnotation}");
        return source with { Identity = identity with { ServiceAccountUid = facts.Uid } };
    }
}
