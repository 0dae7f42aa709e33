using System.Collections.Frozen;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Labels and annotations by which a GitOps tool or kubectl knows its own objects. On a copy they would make it take the Secret for one
/// of them, and prune it.</summary>
internal static class TrackingMarks
{
    private static readonly FrozenSet<string> Marks = FrozenSet.Create(
        StringComparer.Ordinal,

        // What Argo CD tracked by until its version 3, and an ordinary label of Helm's as well.
        "app.kubernetes.io/instance",
        "argocd.argoproj.io/instance",
        "argocd.argoproj.io/tracking-id",
        "argocd.argoproj.io/installation-id",
        "kustomize.toolkit.fluxcd.io/name",
        "kustomize.toolkit.fluxcd.io/namespace",
        "kustomize.toolkit.fluxcd.io/checksum",
        "helm.toolkit.fluxcd.io/name",
        "helm.toolkit.fluxcd.io/namespace",
        "kubectl.kubernetes.io/last-applied-configuration");

    /// <summary>Whatever the creation policy: not every Secret has an owner, and a policy may be changed. A template may name them.</summary>
    public static bool MayCopy(string key) => !Marks.Contains(key);
}
