using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Kube.Work;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>The shell around <see cref="SecretObjectReconciler"/>: what wakes a class, and what is written of a look at it.</summary>
internal sealed class SecretObjectWork(
    IKubeApi api, SecretObjectWatches watches, SecretObjectReconciler reconciler, WorkQueue<ObjectKey> queue, SyncShell shell)
{
    private const int MostVersions = 10_000;

    /// <summary>A Secret goes with its last owner, and its pods soon after it: they are looked at when that has settled.</summary>
    private static readonly TimeSpan AfterDeletion = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ObjectKey, MirrorRecord> records = new();
    private readonly ConcurrentDictionary<ObjectKey, string> looked = new();
    private readonly ConcurrentDictionary<ObjectKey, HashSet<string>> versions = new();
    private readonly ConcurrentDictionary<ObjectKey, bool> news = new();
    private readonly ConcurrentDictionary<ObjectKey, OwnWrite<SecretProviderClass>> own = new();

    /// <summary>Classes of which anything is kept.</summary>
    public int Known => records.Keys.Union(looked.Keys).Union(versions.Keys).Union(news.Keys).Union(own.Keys).Count();

    /// <summary>Told of a status whose pod is gone.</summary>
    public required Action<SecretProviderClassPodStatus> Gone { get; init; }

    public void ClassChanged(SecretProviderClass manifest, bool gone)
    {
        if (gone)
        {
            // Deleting a class removes nothing: its Secrets live as long as their owners.
            queue.Forget(manifest.Key);
            Forget(manifest.Key);
            return;
        }

        if (own.TryGetValue(manifest.Key, out OwnWrite<SecretProviderClass>? mine))
        {
            mine.Watched(manifest);
        }

        bool concerns = manifest.Spec.SecretObjects.Count > 0 || manifest.Status?.SecretObjects.Count > 0;
        if (concerns && looked.GetValueOrDefault(manifest.Key) != SecretObjectReconciler.EditionOf(manifest))
        {
            queue.Add(manifest.Key, WorkLane.New);
        }
    }

    public void StatusChanged(SecretProviderClassPodStatus status, bool gone)
    {
        var key = new ObjectKey(status.Metadata.Namespace, status.Status.SecretProviderClassName);
        if (gone)
        {
            Gone(status);
            queue.Add(key, WorkLane.Routine);
            return;
        }

        if (status.Status.Mounted)
        {
            Learn(key, status.Status.Objects);
            queue.Add(key, WorkLane.New);
        }
    }

    public void NamespaceChanged(string ns)
    {
        foreach (SecretProviderClass one in watches.Classes.All.Where(c => c.Metadata.Namespace == ns))
        {
            queue.Add(one.Key, WorkLane.New);
        }
    }

    public void SecretChanged(ObservedSecret secret, bool gone)
    {
        foreach (SecretProviderClass one in watches.ClassesOf(secret.Metadata.Namespace, secret.Metadata.Name))
        {
            if (gone)
            {
                queue.AddAfter(one.Key, WorkLane.Repair, AfterDeletion);
            }
            else if (!records.TryGetValue(one.Key, out MirrorRecord? record)
                || record.Secrets.GetValueOrDefault(secret.Metadata.Name) != secret.Metadata.ResourceVersion)
            {
                // Also while nothing is on record: a look that is under way may have seen the one from before.
                queue.Add(one.Key, WorkLane.Repair);
            }
        }
    }

    public async Task WorkAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        OwnWrite<SecretProviderClass> mine = own.GetOrAdd(item.Key, static _ => new OwnWrite<SecretProviderClass>());
        (SecretProviderClass? watched, SecretProviderClass? manifest) = mine.Look(() => watches.Classes.Find(item.Key));
        if (watched is null || manifest is null)
        {
            // Statuses may outlive their class, and a look that was under way when it went has left something behind.
            Forget(item.Key);
            queue.Succeeded(item.Key);
            return;
        }

        if (manifest.Spec.SecretObjects.Count == 0 && manifest.Status?.SecretObjects is not { Count: > 0 })
        {
            return;
        }

        looked[item.Key] = SecretObjectReconciler.EditionOf(manifest);
        bool fresh = news.TryRemove(item.Key, out _);
        MirrorLook look = await reconciler.LookAsync(manifest, records.GetValueOrDefault(item.Key), fresh, cancellationToken);
        if (look.Record is { } record)
        {
            records[item.Key] = record;
        }
        else
        {
            records.TryRemove(item.Key, out _);
        }

        // Before the status, which may fail.
        foreach (SyncEvent one in look.Events)
        {
            shell.Events.Write($"class {item.Key}", one.About, one.Reason, one.Message, one.Warning);
        }

        if (look.Status is { } status)
        {
            SecretProviderClass? written = await api.PatchStatusAsync(
                ResourceTypes.SecretProviderClasses, item.Key, StatusBodies.Of(status, ManifestJson.Default.SecretProviderClassStatus), cancellationToken);
            mine.Wrote(watched, written, watches.Classes.Find(item.Key));
        }

        if (look.Failed)
        {
            queue.AddAfterFailure(item.Key, WorkLane.Routine);
            return;
        }

        queue.Succeeded(item.Key);
        if (look.Again is { } again)
        {
            queue.AddAfter(item.Key, WorkLane.Routine, again);
        }
    }

    private void Forget(ObjectKey key)
    {
        records.TryRemove(key, out _);
        looked.TryRemove(key, out _);
        versions.TryRemove(key, out _);
        news.TryRemove(key, out _);
        own.TryRemove(key, out _);
    }

    /// <summary>A version that no pod had before is newer than whatever was mirrored.</summary>
    private void Learn(ObjectKey key, IReadOnlyList<MountedObject> objects)
    {
        HashSet<string> known = versions.GetOrAdd(key, static _ => new HashSet<string>(StringComparer.Ordinal));
        lock (known)
        {
            if (known.Count > MostVersions)
            {
                known.Clear();
            }

            bool isNew = false;
            foreach (MountedObject one in objects)
            {
                isNew |= known.Add($"{one.Id}\n{one.Version}");
            }

            if (isNew)
            {
                news[key] = true;
            }
        }
    }
}
