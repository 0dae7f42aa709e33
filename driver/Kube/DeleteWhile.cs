using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Deletes of objects that others write, too.</summary>
internal static class DeleteWhile
{
    private const int Attempts = 5;

    /// <summary>Deletes the object, in whatever version, while it may go: one that was written meanwhile is read and judged again. False when there was
    /// nothing to delete, or it may not go; KubernetesConflict when it is written all the time.</summary>
    /// <param name="api">The API server.</param>
    /// <param name="type">Its kind.</param>
    /// <param name="seen">The version that was seen; null where there is none.</param>
    /// <param name="may">Whether that version may go. One that is being deleted is never asked about.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<bool> DeleteWhileAsync<T>(this IKubeApi api, ResourceType<T> type, T? seen, Func<T, bool> may, CancellationToken cancellationToken)
        where T : KubeObject
    {
        T? now = seen;
        for (int attempt = 1; now is { Metadata.DeletionTimestamp: null } && may(now); attempt++)
        {
            try
            {
                return await api.DeleteSeenAsync(type, now, cancellationToken);
            }
            catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict && attempt < Attempts)
            {
                now = await api.GetAsync(type, now.Key, cancellationToken);
            }
        }

        return false;
    }
}
