using CsiSecrets.Model;

namespace CsiSecrets.Mirroring;

/// <summary>The names by which a mirrored Secret is known: External Secrets Operator's, so that either program finds the other's, and one of ours.</summary>
internal static class Marks
{
    /// <summary>The field manager of every apply; a GitOps ignore rule names it.</summary>
    public const string Manager = "external-secrets";

    /// <summary>Label, <c>true</c> on every mirrored Secret.</summary>
    public const string Managed = "reconcile.external-secrets.io/managed";

    public const string ManagedSelector = Managed + "=true";

    /// <summary>Label: the hash of the namespace and name of the ExternalSecret that owns the Secret.</summary>
    public const string CreatedBy = "reconcile.external-secrets.io/created-by";

    /// <summary>Annotation: the hash of all data.</summary>
    public const string DataHash = "reconcile.external-secrets.io/data-hash";

    /// <summary>Annotation of ours: which ExternalSecret put which key, label and annotation there.</summary>
    public const string Contributors = "reconcile.external-secrets.io/contributors";

    /// <summary>The peer's field managers begin with it.</summary>
    public const string PeerManagerPrefix = "externalsecrets.external-secrets.io/";

    /// <summary>What GitOps tools put on an object to know it as theirs. On a Secret that they did not make it would get the Secret pruned.</summary>
    private static readonly HashSet<string> Tracking = new(StringComparer.Ordinal)
    {
        "argocd.argoproj.io/instance", "argocd.argoproj.io/tracking-id", "argocd.argoproj.io/installation-id",
        "kustomize.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/namespace", "kustomize.toolkit.fluxcd.io/checksum",
        "helm.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/namespace",
        "kubectl.kubernetes.io/last-applied-configuration",
    };

    public static bool IsTracking(string name) => Tracking.Contains(name);

    /// <summary>Labels and annotations that are this program's to write; a manifest cannot set them.</summary>
    public static bool IsOwn(string name) => name is Managed or CreatedBy or DataHash or Contributors;

    public static string CreatedByValue(string ns, string name) => PeerHash.OfText($"{ns}/{name}");

    /// <summary>The names that the peer's controller has written under for this ExternalSecret: with a long name it hashes it.</summary>
    public static bool IsPeerManagerOf(string externalSecret, string manager) =>
        manager.StartsWith(PeerManagerPrefix, StringComparison.Ordinal)
        && (manager.AsSpan(PeerManagerPrefix.Length).SequenceEqual(externalSecret)
            || manager == $"{PeerManagerPrefix}sha3/{PeerHash.OfText(externalSecret)}");
}
