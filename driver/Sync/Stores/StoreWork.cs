using CsiSecrets.Kube;
using CsiSecrets.Kube.Work;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.Stores;

/// <summary>The shell around <see cref="StoreReconciler"/>. Keys without a namespace are ClusterSecretStores.</summary>
internal sealed class StoreWork(
    IKubeApi api, SyncWatches watches, StoreBook book, StoreReconciler reconciler, WorkQueue<ObjectKey> queue, SyncShell shell)
{
    /// <summary>Told when a store that was validated is another than it was: Ready now, or no more.</summary>
    public required Action<StoreObject> Judged { get; init; }

    public void Changed(StoreObject store, bool gone)
    {
        if (gone)
        {
            queue.Forget(store.Key);
            Forget(store.Key);
            return;
        }

        StatusCondition? ready = Conditions.ReadyOf(store.Status?.Conditions ?? []);
        if (ready is not null)
        {
            Judged(store);
        }

        // Our own status comes back by the watch: a store that was just looked at waits for its interval.
        if (ready is null || !IsLookedAt(store))
        {
            queue.Add(store.Key, WorkLane.New);
        }
    }

    public async Task WorkAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        if (Find(item.Key) is not { } store)
        {
            // It went while a look was under way, which has left something behind.
            Forget(item.Key);
            queue.Succeeded(item.Key);
            return;
        }

        if (store.Metadata.DeletionTimestamp is not null)
        {
            await RemoveFinalizersAsync(store, cancellationToken);
            return;
        }

        looked[item.Key] = EditionOf(store);
        if (await reconciler.ReconcileAsync(store, cancellationToken) is not { } outcome)
        {
            return;
        }

        if (outcome.Status is { } status)
        {
            ReadOnlyMemory<byte> patch = StatusBodies.Of(status, ManifestJson.Default.StoreStatus);
            await (store is ClusterSecretStore
                ? (Task)api.PatchStatusAsync(ResourceTypes.ClusterSecretStores, item.Key, patch, cancellationToken)
                : api.PatchStatusAsync(ResourceTypes.SecretStores, item.Key, patch, cancellationToken));
            if (outcome.Failed)
            {
                SyncLog.Failed(shell.Log, store is ClusterSecretStore ? "ClusterSecretStore" : "SecretStore", item.Key.ToString(), outcome.Logged);
            }
        }

        if (outcome.Event is { } one)
        {
            shell.Events.Write($"store {item.Key}", one.About, one.Reason, one.Message, one.Warning);
        }

        if (outcome.Failed)
        {
            queue.AddAfterFailure(item.Key, WorkLane.Routine);
            return;
        }

        queue.Succeeded(item.Key);
        queue.AddAfter(item.Key, WorkLane.Routine, outcome.Again);
    }

    private readonly System.Collections.Concurrent.ConcurrentDictionary<ObjectKey, string> looked = new();

    private void Forget(ObjectKey key)
    {
        book.Forget(key);
        looked.TryRemove(key, out _);
    }

    private StoreObject? Find(ObjectKey key) => key.Namespace.Length == 0 ? watches.ClusterSecretStores.Find(key) : watches.SecretStores.Find(key);

    private bool IsLookedAt(StoreObject store) => looked.TryGetValue(store.Key, out string? edition) && edition == EditionOf(store);

    private static string EditionOf(StoreObject store) => $"{store.Metadata.Uid}/{store.Metadata.Generation}/{store.Metadata.DeletionTimestamp}";

    private Task RemoveFinalizersAsync(StoreObject store, CancellationToken cancellationToken)
    {
        if (!PeerFinalizers.Any(store.Metadata))
        {
            return Task.CompletedTask;
        }

        byte[] patch = PeerFinalizers.Removal(store.Metadata);
        return store is ClusterSecretStore
            ? api.PatchAsync(ResourceTypes.ClusterSecretStores, store.Key, PatchKind.Merge, patch, cancellationToken)
            : api.PatchAsync(ResourceTypes.SecretStores, store.Key, PatchKind.Merge, patch, cancellationToken);
    }
}
