using System.Collections.Concurrent;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>The workloads that ask for something, by namespace.</summary>
internal sealed class WorkloadBook(ReloadOptions options)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<WorkloadId, SeenWorkload>> namespaces = new(StringComparer.Ordinal);

    // Each kind has a watch of its own: what one puts in must not go with a namespace that another has just emptied.
    private readonly Lock gate = new();

    public int Namespaces => namespaces.Count;

    public int Count => namespaces.Values.Sum(static n => n.Count);

    public IEnumerable<SeenWorkload> All => namespaces.Values.SelectMany(static n => n.Values);

    public SeenWorkload? Find(WorkloadId id) => namespaces.GetValueOrDefault(id.Key.Namespace)?.GetValueOrDefault(id);

    public IEnumerable<SeenWorkload> In(string ns) => namespaces.GetValueOrDefault(ns)?.Values ?? [];

    /// <summary>Notes the workload. Null where it asks for nothing and bears nothing of ours.</summary>
    public SeenWorkload? Put(WorkloadKind kind, Workload workload)
    {
        SeenWorkload seen = SeenWorkload.Of(kind, workload, options);
        bool concerned = seen.Wishes.Any || workload.Metadata.Annotation(AnnotationNames.Record) is not null
            || workload.Metadata.Annotation(options.Names.PausedAt) is not null;
        if (!concerned)
        {
            Remove(seen.Id);
            return null;
        }

        lock (gate)
        {
            namespaces.GetOrAdd(seen.Namespace, static _ => new ConcurrentDictionary<WorkloadId, SeenWorkload>())[seen.Id] = seen;
        }

        return seen;
    }

    public void Remove(WorkloadId id)
    {
        lock (gate)
        {
            if (namespaces.TryGetValue(id.Key.Namespace, out ConcurrentDictionary<WorkloadId, SeenWorkload>? there)
                && there.TryRemove(id, out _) && there.IsEmpty)
            {
                namespaces.TryRemove(id.Key.Namespace, out _);
            }
        }
    }

    /// <summary>Those of the namespace that may follow the source.</summary>
    public IEnumerable<SeenWorkload> Following(string ns, SourceKey source) => In(ns).Where(s =>
        s.Wishes[source.Kind] is { Any: true } wishes
        && (wishes.Lists(source.Name) || ((wishes.Auto || wishes.Search) && s.Workload.Pods.Sources.Contains(source))));
}
