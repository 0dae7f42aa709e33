using System.Collections.Frozen;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Labels and annotations by which a GitOps tool or kubectl knows its own objects. On a copy they would make it take the Secret for one
/// of them, and prune it.</summary>
internal static class TrackingMarks
{
    /// <summary>Argo CD's default mark, and an ordinary label of Helm's as well. Argo CD never prunes what has an owner, so it may be copied to
    /// a Secret that gets one.</summary>
    private const string Instance = "app.kubernetes.io/instance";

    private static readonly FrozenSet<string> Marks = FrozenSet.Create(
        StringComparer.Ordinal,
        "argocd.argoproj.io/instance",
        "argocd.argoproj.io/tracking-id",
        "argocd.argoproj.io/installation-id",
        "kustomize.toolkit.fluxcd.io/name",
        "kustomize.toolkit.fluxcd.io/namespace",
        "kustomize.toolkit.fluxcd.io/checksum",
        "helm.toolkit.fluxcd.io/name",
        "helm.toolkit.fluxcd.io/namespace",
        "kubectl.kubernetes.io/last-applied-configuration");

    public static bool MayCopy(string key, CreationPolicy creation) =>
        !Marks.Contains(key) && (key != Instance || creation == CreationPolicy.Owner);
}
