using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.ClusterExternalSecrets;

/// <summary>The namespaces that a ClusterExternalSecret selects: any of its ways is enough. Pure.</summary>
internal static class SelectedNamespaces
{
    public static IReadOnlyList<Namespace> Of(ClusterExternalSecretSpec spec, IEnumerable<Namespace> all) =>
    [
        .. all.Where(n => n.Metadata.DeletionTimestamp is null && IsSelected(spec, n)).OrderBy(n => n.Metadata.Name, StringComparer.Ordinal),
    ];

    private static bool IsSelected(ClusterExternalSecretSpec spec, Namespace one) =>
        spec.NamespaceSelector?.Matches(one.Metadata.Labels) == true
        || spec.NamespaceSelectors.Any(s => s.Matches(one.Metadata.Labels))
        || spec.Namespaces.Contains(one.Metadata.Name);
}
