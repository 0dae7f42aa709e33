using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;

namespace CsiSecrets.Mirroring;

/// <summary>Finds and removes Secrets that their ExternalSecret has left behind. Only what it controls is ever removed.</summary>
internal sealed class Leftovers(IKubeApi api)
{
    private const int Attempts = 3;

    /// <summary>Those that the ExternalSecret owned under another name of the target than now.</summary>
    /// <param name="from">The ExternalSecret.</param>
    /// <param name="target">Its target now; null when it has none of its own any more.</param>
    /// <param name="managed">The mirrored Secrets, of any namespace.</param>
    public static IReadOnlyList<ObservedSecret> After(Contributor from, string? target, IEnumerable<ObservedSecret> managed)
    {
        string mark = Marks.CreatedByValue(from.Namespace, from.Name);
        return [.. managed.Where(s => s.Metadata.Namespace == from.Namespace && s.Metadata.Name != target && IsOf(from, mark, s))];
    }

    /// <summary>False when there was nothing to delete: it is gone, or is not the ExternalSecret's any more.</summary>
    public async Task<bool> DeleteAsync(Contributor from, ObservedSecret seen, CancellationToken cancellationToken)
    {
        string mark = Marks.CreatedByValue(from.Namespace, from.Name);
        ObservedSecret? now = seen;
        for (int attempt = 1; now is not null && now.Metadata.DeletionTimestamp is null && IsOf(from, mark, now); attempt++)
        {
            try
            {
                return await api.DeleteSeenAsync(SecretTypes.Observed, now, cancellationToken);
            }
            catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict && attempt < Attempts)
            {
                now = await api.GetAsync(SecretTypes.Observed, seen.Key, cancellationToken);
            }
        }

        return false;
    }

    private static bool IsOf(Contributor from, string mark, ObservedSecret secret) =>
        secret.Metadata.Label(Marks.CreatedBy) == mark && secret.Controller is { } controller && from.Is(controller);
}
