using System.Collections.Concurrent;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Sync.Stores;

/// <summary>Stores with their settings read, each edition once.</summary>
internal sealed class StoreBook(StoreCatalog catalog)
{
    private readonly ConcurrentDictionary<ObjectKey, Page> pages = new();

    /// <summary>Throws StoreInvalid.</summary>
    public OpenStore Read(StoreObject store)
    {
        Page page = pages.GetValueOrDefault(store.Key) is { } known && known.IsOf(store) ? known : pages[store.Key] = ReadAnew(store);
        return page.Open ?? throw page.Why!;
    }

    public void Forget(ObjectKey key) => pages.TryRemove(key, out _);

    private Page ReadAnew(StoreObject store)
    {
        var identity = new StoreIdentity(store.Metadata.Namespace, store.Metadata.Name, store.Metadata.Uid);
        try
        {
            return new Page(store, catalog.Read(identity, store.Spec), null);
        }
        catch (SecretsException e)
        {
            return new Page(store, null, e);
        }
    }

    private sealed record Page(StoreObject Store, OpenStore? Open, SecretsException? Why)
    {
        public bool IsOf(StoreObject other) => ReferenceEquals(Store, other)
            || (Store.Metadata.Uid == other.Metadata.Uid && Store.Metadata.Generation is not null && Store.Metadata.Generation == other.Metadata.Generation);
    }
}
