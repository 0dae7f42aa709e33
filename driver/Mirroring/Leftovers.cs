using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;

namespace CsiSecrets.Mirroring;

/// <summary>Finds and removes Secrets that their ExternalSecret has left behind. Only what it controls is ever removed.</summary>
internal sealed class Leftovers(IKubeApi api)
{
    /// <summary>Those that the ExternalSecret owned under another name of the target than now.</summary>
    /// <param name="from">The ExternalSecret.</param>
    /// <param name="target">Its target now; null when it has none of its own any more.</param>
    /// <param name="managed">The mirrored Secrets, of any namespace.</param>
    public static IReadOnlyList<ObservedSecret> After(Contributor from, string? target, IEnumerable<ObservedSecret> managed)
    {
        string mark = Marks.CreatedByValue(from.Namespace, from.Name);
        return [.. managed.Where(s => s.Metadata.Namespace == from.Namespace && s.Metadata.Name != target
            && s.Metadata.Label(Marks.CreatedBy) == mark && s.Controller is { } controller && from.Is(controller))];
    }

    /// <summary>
    /// Deletes a Secret that the ExternalSecret controls: a leftover, or its target under the deletion policy Delete. False when there was
    /// nothing to delete: it is gone, or is not the ExternalSecret's any more.
    /// </summary>
    public Task<bool> DeleteAsync(Contributor from, ObservedSecret seen, CancellationToken cancellationToken) => api.DeleteWhileAsync(
        SecretTypes.Observed, seen, s => s.Controller is { } controller && from.Is(controller), cancellationToken);
}
