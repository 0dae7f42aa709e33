using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>Every source that the watches have shown, by namespace. Tells of each change.</summary>
internal sealed class SourceBook(AnnotationNames names)
{
    private readonly ConcurrentDictionary<string, NamespaceSources> namespaces = new(StringComparer.Ordinal);
    private readonly ClassStates classes = new();

    /// <summary>Told of each source that is another now, or gone.</summary>
    public Action<string, SourceKey> Changed { get; set; } = static (_, _) => { };

    public NamespaceSources Of(string ns) => namespaces.GetOrAdd(ns, static _ => new NamespaceSources());

    public void Data(SourceKind kind, DataSource one, bool gone)
    {
        string ns = one.Metadata.Namespace;
        if (gone)
        {
            Of(ns).Remove(new SourceKey(kind, one.Metadata.Name));
            Changed(ns, new SourceKey(kind, one.Metadata.Name));
        }
        else
        {
            Put(ns, one.State(kind, names));
        }
    }

    public void Status(SecretProviderClassPodStatus status, bool gone)
    {
        string ns = status.Metadata.Namespace;
        var key = new SourceKey(SourceKind.SecretProviderClass, status.Status.SecretProviderClassName);
        if (classes.Note(status, gone) is { } newest)
        {
            SourceState state = Of(ns).Find(key) ?? new SourceState { Key = key, PeerHash = "" };
            Put(ns, state with { PeerHash = newest.Hash, Before = newest.Before });
        }
    }

    private void Put(string ns, SourceState state)
    {
        if (Of(ns).Put(state))
        {
            Changed(ns, state.Key);
        }
    }
}
