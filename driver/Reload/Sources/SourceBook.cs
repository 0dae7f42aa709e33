using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>Every source that the watches have shown, by namespace. Tells of each event.</summary>
internal sealed class SourceBook(AnnotationNames names)
{
    private readonly ConcurrentDictionary<string, NamespaceSources> namespaces = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ObjectKey, (bool Ignored, bool Tagged)> marks = new();
    private readonly ClassStates classes = new();

    // Each kind has a watch of its own: what a class's pods say, and what its annotations do, are two halves of one state.
    private readonly Lock gate = new();

    public int Namespaces => namespaces.Count;

    /// <summary>Told of all that the watches show, one thing at a time.</summary>
    public Action<SourceEvent> Heard { get; set; } = static _ => { };

    public NamespaceSources Of(string ns) => namespaces.GetValueOrDefault(ns) ?? new NamespaceSources();

    public void Data(SourceKind kind, DataSource one, bool gone)
    {
        string ns = one.Metadata.Namespace;
        var key = new SourceKey(kind, one.Metadata.Name);
        lock (gate)
        {
            if (gone)
            {
                Remove(ns, key);
                Heard(new SourceEvent(ns, key, SourceEvent.Delete, IsNews: true));
            }
            else
            {
                Put(ns, one.State(kind, names), Of(ns).Find(key) is null ? SourceEvent.Add : SourceEvent.Update);
            }
        }
    }

    public void Status(SecretProviderClassPodStatus status, bool gone)
    {
        lock (gate)
        {
            StatusSeen(status, gone);
        }
    }

    private void StatusSeen(SecretProviderClassPodStatus status, bool gone)
    {
        string ns = status.Metadata.Namespace;
        var key = new SourceKey(SourceKind.SecretProviderClass, status.Status.SecretProviderClassName);
        string happened = gone ? SourceEvent.Delete : classes.Knows(status.Key) ? SourceEvent.Update : SourceEvent.Add;
        if (classes.Note(status, gone) is { } newest)
        {
            (bool ignored, bool tagged) = marks.GetValueOrDefault(new ObjectKey(ns, key.Name));
            Put(ns, new SourceState { Key = key, PeerHash = newest.Hash, Before = newest.Before, Ignored = ignored, Tagged = tagged }, happened);
        }
        else
        {
            Heard(new SourceEvent(ns, key, happened, IsNews: false));
        }
    }

    /// <summary>What the annotations of a class say of it, whichever pods mount it.</summary>
    /// <param name="one">The class, or the ExternalSecret that is mounted like one.</param>
    /// <param name="prefix">Before its name.</param>
    /// <param name="gone">It says nothing more.</param>
    public void Mark(MarkedSource one, string prefix, bool gone)
    {
        string ns = one.Metadata.Namespace;
        var key = new SourceKey(SourceKind.SecretProviderClass, prefix + one.Metadata.Name);
        (bool Ignored, bool Tagged) now = gone ? default : (one.Metadata.Annotation(names.Ignore) == "true", one.Metadata.Annotation(names.Match) == "true");
        lock (gate)
        {
            if (now == default)
            {
                marks.TryRemove(new ObjectKey(ns, key.Name), out _);
            }
            else
            {
                marks[new ObjectKey(ns, key.Name)] = now;
            }

            if (Of(ns).Find(key) is { } state && (state.Ignored, state.Tagged) != now)
            {
                Put(ns, state with { Ignored = now.Ignored, Tagged = now.Tagged }, SourceEvent.Update);
            }
        }
    }

    private void Put(string ns, SourceState state, string happened) => Heard(new SourceEvent(
        ns, state.Key, happened, namespaces.GetOrAdd(ns, static _ => new NamespaceSources()).Put(state)));

    private void Remove(string ns, SourceKey key)
    {
        if (namespaces.TryGetValue(ns, out NamespaceSources? there))
        {
            there.Remove(key);
            if (there.IsEmpty)
            {
                namespaces.TryRemove(ns, out _);
            }
        }
    }
}
