using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.Stores;

/// <summary>Whether an ExternalSecret names a store. Pure; reads the manifest as it is, so that it costs little for thousands.</summary>
internal static class StoreMentions
{
    public static bool In(ExternalSecret manifest, StoreObject store)
    {
        bool cluster = store is ClusterSecretStore;
        if (!cluster && store.Metadata.Namespace != manifest.Metadata.Namespace)
        {
            return false;
        }

        ExternalSecretSpec spec = manifest.Spec;
        return Is(spec.SecretStoreRef) || spec.Data.Any(d => Is(d.SourceRef?.StoreRef)) || spec.DataFrom.Any(d => Is(d.SourceRef?.StoreRef));

        bool Is(StoreRef? reference) => reference is not null && reference.Name == store.Metadata.Name && (reference.Kind == "ClusterSecretStore") == cluster;
    }
}
