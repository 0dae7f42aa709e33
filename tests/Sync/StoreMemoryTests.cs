using CsiSecrets.Kube.Work;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Sync;
using CsiSecrets.Sync.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Sync;

public sealed class StoreMemoryTests
{
    [Fact]
    public async Task StoreGoesWhileItIsLookedAt_ItsNextLookForgetsIt()
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue<ObjectKey>(time);
        var book = new StoreBook(new StoreCatalog([]));
        var watches = new SyncWatches(null!, new SyncOptions(), time, NullLogger.Instance);
        var work = new StoreWork(null!, watches, book, null!, queue, null!) { Judged = static _ => { } };
        var store = new SecretStore { Metadata = new ObjectMeta { Namespace = "shop", Name = "main", Uid = "u", Generation = 1 } };

        work.Changed(store, gone: true);
        SecretsException late = Assert.Throws<SecretsException>(() => book.Read(store)); // by the look that was under way
        Assert.Same(late, Assert.Throws<SecretsException>(() => book.Read(store)));
        await work.WorkAsync(new WorkItem<ObjectKey>(store.Key, WorkLane.Routine), TestContext.Current.CancellationToken);

        Assert.NotSame(late, Assert.Throws<SecretsException>(() => book.Read(store)));
    }
}
