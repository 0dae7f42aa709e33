using CsiSecrets.Model;

namespace CsiSecrets.InPlace.Owed;

/// <summary>
/// Who is still to be told, in memory and on disk. A volume is noted before its files are swapped; then its pod is owed a notice if anything
/// differed, or if an earlier swap of it ended nobody knows how.
/// </summary>
/// <param name="files">The disk.</param>
/// <param name="troubled">Told of a disk that refuses: the notice is then in memory only.</param>
internal sealed class OwedBook(OwedFiles files, Action<string> troubled)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private long clock;

    /// <summary>Takes up what a former process left, of the volumes that are still there.</summary>
    public void Recover(Predicate<string> isPublished)
    {
        lock (gate)
        {
            foreach (OwedNotice notice in files.Open())
            {
                entries[notice.VolumeId] = new Entry(notice, ++clock, Due: true);
            }

            foreach (string gone in entries.Keys.Where(id => !isPublished(id)).ToList())
            {
                Remove(gone);
            }
        }
    }

    /// <summary>The volume's files are about to be swapped.</summary>
    public void Note(string volumeId, PodIdentity pod)
    {
        lock (gate)
        {
            bool known = entries.ContainsKey(volumeId);
            entries[volumeId] = new Entry(new OwedNotice { VolumeId = volumeId, Pod = pod }, ++clock, Due: known);
            if (!known)
            {
                Try(() => files.Write(entries[volumeId].Notice));
            }
        }
    }

    /// <summary>The swap ended well. Returns whether the pod is owed a notice.</summary>
    public bool Swapped(string volumeId, bool differed)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(volumeId, out Entry? entry))
            {
                return false;
            }

            if (!differed && !entry.Due)
            {
                Remove(volumeId);
                return false;
            }

            entries[volumeId] = entry with { Due = true, At = ++clock };
            return true;
        }
    }

    /// <summary>The volume is gone.</summary>
    public void Forget(string volumeId)
    {
        lock (gate)
        {
            if (entries.ContainsKey(volumeId))
            {
                Remove(volumeId);
            }
        }
    }

    /// <summary>A moment, for <see cref="Settle"/>.</summary>
    public long Now
    {
        get
        {
            lock (gate)
            {
                return clock;
            }
        }
    }

    /// <summary>The pod was told of all that happened up to then, or nobody will be.</summary>
    public void Settle(string podUid, long upTo)
    {
        lock (gate)
        {
            foreach (string told in entries.Where(e => e.Value.Notice.Pod.PodUid == podUid && e.Value.Due && e.Value.At <= upTo).Select(e => e.Key).ToList())
            {
                Remove(told);
            }
        }
    }

    /// <summary>The pods that are owed a notice now.</summary>
    public IReadOnlyList<PodIdentity> Pods()
    {
        lock (gate)
        {
            return [.. entries.Values.Where(e => e.Due).Select(e => e.Notice.Pod).DistinctBy(p => p.PodUid)];
        }
    }

    private void Remove(string volumeId)
    {
        entries.Remove(volumeId);
        Try(() => files.Delete(volumeId));
    }

    private void Try(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            troubled(e.GetType().Name);
        }
    }

    private sealed record Entry(OwedNotice Notice, long At, bool Due);
}
