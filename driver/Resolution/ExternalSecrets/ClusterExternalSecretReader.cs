using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The rules of a ClusterExternalSecret's own fields. Those of the ExternalSecrets that it makes are theirs to tell. Pure.</summary>
internal static class ClusterExternalSecretReader
{
    /// <summary>Throws ExternalSecretInvalid with every error.</summary>
    public static void Check(ClusterExternalSecret manifest)
    {
        string subject = $"ClusterExternalSecret {manifest.Metadata.Name}";
        manifest.RequireReadable(FailureReason.ExternalSecretInvalid, subject);
        var problems = new FieldProblems();
        ClusterExternalSecretSpec spec = manifest.Spec;
        if (!string.IsNullOrEmpty(spec.ExternalSecretName))
        {
            NameRules.Object(spec.ExternalSecretName, "spec.externalSecretName", problems);
        }

        if (spec.NamespaceSelector is { } selector)
        {
            SelectorProblems.Check(selector, "spec.namespaceSelector", problems);
        }

        for (int i = 0; i < spec.NamespaceSelectors.Count; i++)
        {
            SelectorProblems.Check(spec.NamespaceSelectors[i], $"spec.namespaceSelectors[{i}]", problems);
        }

        if (!string.IsNullOrEmpty(spec.RefreshTime) && !GoDuration.TryParse(spec.RefreshTime, out _))
        {
            problems.Add("spec.refreshTime", $"{FieldProblems.Show(spec.RefreshTime)} is not a duration", "write it like 1h or 90s");
        }

        problems.ThrowIfAny(FailureReason.ExternalSecretInvalid, subject);
    }
}
