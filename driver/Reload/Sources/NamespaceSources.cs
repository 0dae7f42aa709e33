using System.Collections.Concurrent;
using CsiSecrets.Reload.Decisions;

namespace CsiSecrets.Reload.Sources;

/// <summary>The sources of a namespace as the watches have them.</summary>
internal sealed class NamespaceSources : ISourceView
{
    private readonly ConcurrentDictionary<SourceKey, SourceState> states = new();

    public bool IsEmpty => states.IsEmpty;

    public SourceState? Find(SourceKey key) => states.GetValueOrDefault(key);

    public IEnumerable<SourceState> OfKind(SourceKind kind) => states.Values.Where(s => s.Key.Kind == kind);

    /// <summary>True: it is another than before.</summary>
    public bool Put(SourceState state)
    {
        bool same = states.TryGetValue(state.Key, out SourceState? before) && before == state;
        states[state.Key] = state;
        return !same;
    }

    public void Remove(SourceKey key) => states.TryRemove(key, out _);
}
