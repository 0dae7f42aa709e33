using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync;

/// <summary>Which ExternalSecrets name a store, kept as the watch tells of them: a store's news must not cost a look at all of them.</summary>
internal sealed class StoreUsers
{
    private readonly ConcurrentDictionary<(string Kind, ObjectKey Store), ConcurrentDictionary<ObjectKey, byte>> users = new();
    private readonly ConcurrentDictionary<ObjectKey, (string Kind, ObjectKey Store)[]> named = new();

    /// <summary>How many stores are named.</summary>
    public int Count => users.Count;

    public IEnumerable<ObjectKey> Of(StoreObject store) =>
        users.TryGetValue((store is ClusterSecretStore ? Cluster : "", store.Key), out ConcurrentDictionary<ObjectKey, byte>? keys) ? keys.Keys : [];

    /// <summary>Called by one watch alone.</summary>
    public void Seen(ExternalSecret one, bool gone)
    {
        (string, ObjectKey)[] now = gone ? [] : [.. StoresOf(one).Distinct()];
        (string, ObjectKey)[] before = named.TryGetValue(one.Key, out (string, ObjectKey)[]? known) ? known : [];
        foreach ((string, ObjectKey) store in before.Where(b => !now.Contains(b)))
        {
            if (users.TryGetValue(store, out ConcurrentDictionary<ObjectKey, byte>? keys))
            {
                keys.TryRemove(one.Key, out _);
                if (keys.IsEmpty)
                {
                    users.TryRemove(store, out _);
                }
            }
        }

        foreach ((string, ObjectKey) store in now.Where(n => !before.Contains(n)))
        {
            users.GetOrAdd(store, static _ => new ConcurrentDictionary<ObjectKey, byte>())[one.Key] = 0;
        }

        if (gone)
        {
            named.TryRemove(one.Key, out _);
        }
        else
        {
            named[one.Key] = now;
        }
    }

    private const string Cluster = "ClusterSecretStore";

    private static IEnumerable<(string Kind, ObjectKey Store)> StoresOf(ExternalSecret one)
    {
        ExternalSecretSpec spec = one.Spec;
        foreach (StoreRef? named in (StoreRef?[])[spec.SecretStoreRef, .. spec.Data.Select(d => d.SourceRef?.StoreRef), .. spec.DataFrom.Select(d => d.SourceRef?.StoreRef)])
        {
            if (named is { Name.Length: > 0 })
            {
                bool cluster = named.Kind == Cluster;
                yield return (cluster ? Cluster : "", new ObjectKey(cluster ? "" : one.Metadata.Namespace, named.Name));
            }
        }
    }
}
