using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Kube.Work;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>The shell around <see cref="ExternalSecretReconciler"/>: finds the manifest, writes the status once, comes again when it is time.</summary>
internal sealed class ExternalSecretWork(
    IKubeApi api, SyncWatches watches, ExternalSecretReconciler reconciler, WorkQueue<ObjectKey> queue, SyncShell shell) : IDisposable
{
    private readonly ConcurrentDictionary<ObjectKey, Entry> entries = new();

    /// <summary>How many ExternalSecrets have a Secret that differs and is left so.</summary>
    public int Drifted => entries.Values.Count(static e => e.Drifted);

    /// <summary>An object of the watch is new or another: only what is no mere status of ours is news.</summary>
    public void Changed(ExternalSecret manifest, bool gone)
    {
        long edition = gone ? 0 : EditionOf(manifest);
        Entry entry = entries.GetOrAdd(manifest.Key, static _ => new Entry());
        entry.Own.Watched(manifest);
        if (Interlocked.Exchange(ref entry.Edition, edition) != edition || gone)
        {
            bool first = manifest.Status?.RefreshTime is null;
            queue.Add(manifest.Key, first || entry.Seen ? WorkLane.New : WorkLane.Routine);
            entry.Seen = true;
        }
    }

    /// <summary>A mirrored Secret is another or gone: those whose target it is look at it.</summary>
    public void SecretChanged(ObservedSecret secret, bool gone)
    {
        foreach (string name in watches.Of(secret.Key))
        {
            var key = new ObjectKey(secret.Metadata.Namespace, name);
            if (gone || !entries.TryGetValue(key, out Entry? entry) || entry.WrittenSecret != secret.Metadata.ResourceVersion)
            {
                queue.Add(key, WorkLane.Repair);
            }
        }
    }

    /// <summary>The target of an ExternalSecret, no Secret, is another or gone.</summary>
    public void ObjectChanged(ObjectKey key, ObservedObject seen, bool gone)
    {
        if (gone || !entries.TryGetValue(key, out Entry? entry) || entry.WrittenSecret != seen.Metadata.ResourceVersion)
        {
            queue.Add(key, WorkLane.Repair);
        }
    }

    /// <summary>Those of the store that are not Ready, or wait for it, look again.</summary>
    public void Wake(StoreObject store)
    {
        foreach (ObjectKey key in watches.Users.Of(store))
        {
            if (watches.ExternalSecrets.Find(key) is { } one
                && ((entries.TryGetValue(key, out Entry? entry) && entry.Waits) || Conditions.ReadyOf(one.Status?.Conditions ?? [])?.Status != "True"))
            {
                queue.Add(key, WorkLane.New);
            }
        }
    }

    public async Task WorkAsync(WorkItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        Entry entry = entries.GetOrAdd(item.Key, static _ => new Entry());
        (ExternalSecret? watched, ExternalSecret? manifest) = entry.Own.Look(() => watches.ExternalSecrets.Find(item.Key));
        if (watched is null || manifest is null || manifest.Metadata.DeletionTimestamp is not null)
        {
            await ForgetAsync(item.Key, manifest, cancellationToken);
            return;
        }

        long started = shell.Time.GetTimestamp();

        // Before the look: a store's news during it must not be missed.
        entry.Waits = true;
        entry.Record.Lane = item.Lane;
        SyncOutcome outcome = await reconciler.ReconcileAsync(manifest, entry.Record, cancellationToken);

        // What failed waits too: the watch shows it as Ready until its status is written, and that takes a while to come back.
        (entry.Drifted, entry.Waits) = (outcome.Drifted, outcome.WaitsForStore || outcome.Retry);
        entry.WrittenSecret = entry.Record.Applied?.ResourceVersion ?? entry.Record.AppliedFields?.ResourceVersion ?? "";
        Count(item.Key, outcome, shell.Time.GetElapsedTime(started));

        if (outcome.Status is { } status)
        {
            ReadOnlyMemory<byte> patch = StatusBodies.Of(status, ManifestJson.Default.ExternalSecretStatus);
            ExternalSecret? written = await shell.Writes.RunAsync(
                item.Lane, () => api.PatchStatusAsync(ResourceTypes.ExternalSecrets, item.Key, patch, cancellationToken), cancellationToken);
            entry.Own.Wrote(watched, written, watches.ExternalSecrets.Find(item.Key));
            if (outcome.Failed)
            {
                SyncLog.Failed(shell.Log, "ExternalSecret", item.Key.ToString(), outcome.Logged);
            }
        }

        entry.Record.Share(watches.Secrets.Find(entry.Record.Applied?.Key ?? item.Key));
        foreach (SyncEvent one in outcome.Events)
        {
            if (outcome.Status is not null)
            {
                shell.Events.Transition(item.Key.ToString(), one.Reason);
            }

            shell.Events.Write(item.Key.ToString(), one.About, one.Reason, one.Message, one.Warning);
        }

        ComeAgain(item, outcome);
    }

    public void Dispose()
    {
        foreach (Entry entry in entries.Values)
        {
            shell.Held.LetGo(entry.Record);
        }
    }

    private void Count(ObjectKey key, SyncOutcome outcome, TimeSpan took)
    {
        if (outcome.Synced)
        {
            shell.SyncMeters.Synced(key.Namespace, key.Name, outcome.Failed, took);
        }

        if (outcome.Repaired)
        {
            shell.SyncMeters.Repaired();
        }
    }

    private void ComeAgain(WorkItem<ObjectKey> item, SyncOutcome outcome)
    {
        if (outcome.Retry)
        {
            queue.AddAfterFailure(item.Key, WorkLane.Routine);
            return;
        }

        queue.Succeeded(item.Key);
        if (outcome.Again is { } again)
        {
            queue.AddAfter(item.Key, WorkLane.Routine, again < shell.LongestWait ? again : shell.LongestWait);
        }
    }

    /// <summary>Deleted, or about to be: the peer's finalizers must not keep it.</summary>
    private async Task ForgetAsync(ObjectKey key, ExternalSecret? manifest, CancellationToken cancellationToken)
    {
        if (manifest is not null)
        {
            if (PeerFinalizers.Any(manifest.Metadata))
            {
                await api.PatchAsync(ResourceTypes.ExternalSecrets, key, PatchKind.Merge, PeerFinalizers.Removal(manifest.Metadata), cancellationToken);
            }

            return;
        }

        if (entries.TryRemove(key, out Entry? entry))
        {
            shell.Held.LetGo(entry.Record);
        }

        reconciler.Forget(key);
        shell.SyncMeters.Forget(key.Namespace, key.Name);
        queue.Succeeded(key); // and what came meanwhile comes: one of the same name may have been made
    }

    private static long EditionOf(ExternalSecret one)
    {
        ObjectMeta meta = one.Metadata;
        var marks = (meta.Labels ?? NoMarks).Concat(meta.Annotations ?? NoMarks).OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key.Length}:{m.Key}={m.Value}");
        string text = string.Join('\n', marks);

        // There are many ExternalSecrets, and annotations may be long: a part of a hash is kept.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{meta.Uid}\n{meta.Generation}\n{meta.DeletionTimestamp}\n{text}"), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash) | 1;
    }

    private static readonly Dictionary<string, string> NoMarks = [];

    private sealed class Entry
    {
        /// <summary>What the watch said last, status apart; 0 before it said anything.</summary>
        public long Edition;

        /// <summary>The object as our last status write left it.</summary>
        public OwnWrite<ExternalSecret> Own { get; } = new();

        public SyncRecord Record { get; } = new();

        public bool Seen { get; set; }

        public bool Drifted { get; set; }

        public volatile bool Waits;

        /// <summary>The version of the target that our own last write made.</summary>
        public string WrittenSecret { get; set; } = "";
    }
}
