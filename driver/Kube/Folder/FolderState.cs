using CsiSecrets.Model;

namespace CsiSecrets.Kube.Folder;

/// <summary>All objects of a folder and those written beside them, with the changes since for watches. Guarded by one lock; whatever it hands
/// out is a handle that the receiver disposes.</summary>
internal sealed class FolderState(TimeProvider time) : IDisposable
{
    private const int MostChanges = 1000;
    private const int MostEvents = 500;

    private readonly Lock gate = new();
    private readonly Dictionary<ObjectId, FolderObject> objects = [];
    private readonly LinkedList<FolderChange> changes = new();
    private TaskCompletionSource pulse = NewPulse();
    private ulong revision = 1;

    /// <summary>The newest revision.</summary>
    public ulong Revision
    {
        get
        {
            lock (gate)
            {
                return revision;
            }
        }
    }

    public FolderObject? Find(ObjectId id)
    {
        lock (gate)
        {
            return objects.GetValueOrDefault(id)?.Share();
        }
    }

    /// <summary>Where the object stands; null when there is none, or it was written through the API.</summary>
    public ManifestPlace? PlaceOf(ObjectId id)
    {
        lock (gate)
        {
            return objects.GetValueOrDefault(id)?.Birth.Place;
        }
    }

    /// <summary>Objects of a kind, in the order of their names, and the revision that they are of.</summary>
    public (IReadOnlyList<FolderObject> Objects, ulong Revision) List(string group, string kind)
    {
        lock (gate)
        {
            return ([.. objects.Values.Where(o => o.Id.Group == group && o.Id.Kind == kind)
                .OrderBy(o => o.Id.Key.Namespace, StringComparer.Ordinal).ThenBy(o => o.Id.Key.Name, StringComparer.Ordinal).Select(o => o.Share())], revision);
        }
    }

    /// <summary>Every object that stands in a file.</summary>
    public IReadOnlyList<ObjectId> InFiles()
    {
        lock (gate)
        {
            return [.. objects.Values.Where(o => o.Birth.Place is not null).Select(o => o.Id)];
        }
    }

    /// <summary>Makes or changes an object when <paramref name="allow"/> agrees to what is there; the same content is no change.</summary>
    /// <param name="id">Which.</param>
    /// <param name="json">Its content; copied.</param>
    /// <param name="place">Where it stands; null keeps what is known.</param>
    /// <param name="allow">Throws to refuse; the object is null when there is none.</param>
    public FolderObject Put(ObjectId id, ReadOnlySpan<byte> json, ManifestPlace? place, Action<FolderObject?> allow)
    {
        lock (gate)
        {
            FolderObject? before = objects.GetValueOrDefault(id);
            allow(before);
            if (before is not null && before.Json.Span.SequenceEqual(json))
            {
                if (place is not null && place != before.Birth.Place)
                {
                    objects[id] = new FolderObject(id, before.Birth with { Place = place }, before.Revision, before.Json);
                }

                return objects[id].Share();
            }

            ObjectBirth birth = before is null
                ? new ObjectBirth(Guid.NewGuid().ToString(), time.GetUtcNow(), place)
                : before.Birth with { Place = place ?? before.Birth.Place };
            var after = new FolderObject(id, birth, ++revision, SecretBytes.Copy(json));
            objects[id] = after;
            Record(before, after);
            if (before is null && id.Kind == "Event")
            {
                DropOldestEvent();
            }

            return after.Share();
        }
    }

    /// <summary>Changes an object in one step; null when there is none.</summary>
    public FolderObject? Change(ObjectId id, Func<FolderObject, byte[]> change)
    {
        lock (gate)
        {
            return objects.TryGetValue(id, out FolderObject? before) ? Put(id, change(before), null, static _ => { }) : null;
        }
    }

    /// <summary>False when there was nothing to remove.</summary>
    public bool Remove(ObjectId id)
    {
        lock (gate)
        {
            if (!objects.Remove(id, out FolderObject? before))
            {
                return false;
            }

            revision++;
            Record(before, null);
            return true;
        }
    }

    /// <summary>The changes of a kind after a revision, null when some of them are forgotten, and what completes at the next change.</summary>
    public (IReadOnlyList<FolderChange>? Changes, ulong Revision, Task Next) Since(ulong after, string group, string kind)
    {
        lock (gate)
        {
            bool forgotten = after > revision || (changes.First?.Value.Revision > after + 1 && changes.Count >= MostChanges);
            return (
                forgotten ? null : [.. changes.Where(c => c.Revision > after && c.Id.Group == group && c.Id.Kind == kind).Select(c => c.Share())],
                revision,
                pulse.Task);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (FolderChange change in changes)
            {
                change.Dispose();
            }

            changes.Clear();
            foreach (FolderObject one in objects.Values)
            {
                one.Dispose();
            }

            objects.Clear();
        }
    }

    /// <summary>The change takes the former object over, and a handle of its own on the new one.</summary>
    private void Record(FolderObject? before, FolderObject? after)
    {
        changes.AddLast(new FolderChange(revision, before, after?.Share()));
        if (changes.Count > MostChanges)
        {
            changes.First!.Value.Dispose();
            changes.RemoveFirst();
        }

        TaskCompletionSource old = pulse;
        pulse = NewPulse();
        old.SetResult();
    }

    private void DropOldestEvent()
    {
        FolderObject[] events = [.. objects.Values.Where(o => o.Id.Kind == "Event")];
        if (events.Length > MostEvents)
        {
            FolderObject oldest = events.MinBy(o => o.Revision)!;
            objects.Remove(oldest.Id);
            oldest.Dispose();
        }
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
