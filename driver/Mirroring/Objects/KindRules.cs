using CsiSecrets.Model;

namespace CsiSecrets.Mirroring.Objects;

/// <summary>
/// Kinds that no ExternalSecret may write, whatever the controller was granted: by them whoever may write an ExternalSecret would gain the rights
/// of somebody else, or make the controller work for itself. Pure.
/// </summary>
internal static class KindRules
{
    private static readonly HashSet<string> Groups = new(StringComparer.Ordinal)
    {
        "rbac.authorization.k8s.io", "authorization.k8s.io", "authentication.k8s.io", "certificates.k8s.io", "admissionregistration.k8s.io",
        "apiregistration.k8s.io", "apiextensions.k8s.io", "external-secrets.io", "generators.external-secrets.io", "secrets-store.csi.x-k8s.io",
    };

    /// <summary>Throws Unsupported for a kind that must not be.</summary>
    public static void Check(string apiVersion, string kind, string subject)
    {
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        string group = slash < 0 ? "" : apiVersion[..slash];
        if (group.Length == 0 && kind == "Secret")
        {
            throw new SecretsException(FailureReason.Unsupported, subject, "a Secret is no generic target", "leave target.manifest out: the target is a Secret then");
        }

        if (Groups.Contains(group) || (group.Length == 0 && kind == "ServiceAccount"))
        {
            throw new SecretsException(
                FailureReason.Unsupported, subject, $"{kind} of {apiVersion} gives rights or identities, which no ExternalSecret may write", "choose another kind");
        }
    }
}
