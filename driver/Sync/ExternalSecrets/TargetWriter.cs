using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>The Secret of an ExternalSecret: written by one worker at a time for each target, and what a rename left behind removed.</summary>
internal sealed class TargetWriter(SyncCluster cluster, SecretMirror mirror, Leftovers leftovers) : IDisposable
{
    private const int Stripes = 256;

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    public async Task<MirrorResult> WriteAsync(ExternalSecretPlan plan, RenderedTarget rendered, CancellationToken cancellationToken)
    {
        ObjectKey key = DesiredTarget.Key(plan);
        SemaphoreSlim turn = turns[(uint)key.GetHashCode() % Stripes];
        await turn.WaitAsync(cancellationToken);
        try
        {
            using DesiredSecret want = DesiredTarget.Of(plan, rendered, cluster.Companions(key, plan.Key.Name));
            return await mirror.ApplyAsync(want, cluster.FindSecret(key), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Deletes the Secret if this ExternalSecret owns it. False when there was nothing to delete.</summary>
    public async Task<bool> DeleteAsync(ExternalSecretPlan plan, CancellationToken cancellationToken) =>
        cluster.FindSecret(DesiredTarget.Key(plan)) is { } seen && await leftovers.DeleteAsync(DesiredTarget.From(plan), seen, cancellationToken);

    /// <summary>Removes Secrets that this ExternalSecret owned under another name; returns how many.</summary>
    public async Task<int> RemoveLeftoversAsync(ExternalSecretPlan plan, CancellationToken cancellationToken)
    {
        int removed = 0;
        string? target = plan.Target is { Creation: CreationPolicy.Owner, Manifest: null } ? plan.Target.Name : null;
        IReadOnlyList<ObservedSecret> mine = cluster.CreatedBy(Marks.CreatedByValue(plan.Key.Namespace, plan.Key.Name));
        foreach (ObservedSecret old in Leftovers.After(DesiredTarget.From(plan), target, mine))
        {
            removed += await leftovers.DeleteAsync(DesiredTarget.From(plan), old, cancellationToken) ? 1 : 0;
        }

        return removed;
    }

    public void Dispose() => Array.ForEach(turns, static t => t.Dispose());
}
