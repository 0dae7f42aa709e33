using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Objects;

/// <summary>Finds a kind by its apiVersion and name through the API server's discovery. What was found is held for a while; that a kind is not
/// there is asked again soon, because its CRD may be about to come.</summary>
internal sealed class KindDirectory(IKubeApi api, TimeProvider time)
{
    private static readonly TimeSpan Known = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(20);
    private static readonly string[] Needed = ["get", "list", "watch", "patch", "delete"];

    private readonly FactCache<string, ApiResourceList> lists = new(api.FindResourcesAsync, time);

    /// <summary>Throws KubernetesInvalid for a kind that is not served, Unsupported for one that no namespace holds or that cannot be applied.</summary>
    public async Task<ObjectKind> FindAsync(string apiVersion, string kind, string subject, CancellationToken cancellationToken)
    {
        ApiResource found = Of(await lists.GetAsync(apiVersion, Known, cancellationToken), kind)
            ?? Of(await lists.GetAsync(apiVersion, Unknown, cancellationToken), kind)
            ?? throw new SecretsException(
                FailureReason.KubernetesInvalid, subject, $"the API server serves no {kind} of {apiVersion}", "install its CRD, or correct apiVersion and kind");
        if (!found.Namespaced)
        {
            throw new SecretsException(
                FailureReason.Unsupported, subject, $"{kind} of {apiVersion} is cluster-wide, and an ExternalSecret writes in its own namespace only", "choose a namespaced kind");
        }

        if (Needed.Except(found.Verbs).Any())
        {
            throw new SecretsException(
                FailureReason.Unsupported, subject, $"{kind} of {apiVersion} cannot be kept: it lacks {string.Join(", ", Needed.Except(found.Verbs))}", "choose another kind");
        }

        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return new ObjectKind(slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], found.Name, kind);
    }

    private static ApiResource? Of(ApiResourceList? list, string kind) =>
        list?.Resources.FirstOrDefault(r => r.Kind == kind && !r.Name.Contains('/', StringComparison.Ordinal));
}
