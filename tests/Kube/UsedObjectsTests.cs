using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

/// <summary>Manifests of tenants in the memory of a node: what is large is read, never held.</summary>
public sealed class UsedObjectsTests : IAsyncLifetime
{
    private readonly List<ObjectKey> changed = [];
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;
    private UsedObjects<SecretProviderClass> classes = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync();
        http = new KubeHttp(api.Connection(TimeProvider.System), TimeProvider.System, NullLogger<KubeHttp>.Instance);
        classes = new UsedObjects<SecretProviderClass>(
            new KubeClient(http, TimeProvider.System), ResourceTypes.SecretProviderClasses, static _ => true, TimeProvider.System, NullLogger.Instance)
        { Changed = key => { lock (changed) { changed.Add(key); } } };
        await classes.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await classes.StopAsync(Ct);
        classes.Dispose();
        http.Dispose();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Large_IsReadEachTime_AndAsItIsNow()
    {
        Put("big", 1 << 20);
        Assert.Equal(1 << 20, await LengthAsync("big"));
        Put("big", 1 << 19);
        Assert.Equal(1 << 19, await LengthAsync("big"));
        Assert.Equal((0, 0L), (classes.Count, classes.Held));
        Assert.Equal(0, api.Count("watch", "secretproviderclasses"));
    }

    [Fact]
    public async Task Many_AreHeldUpToABound_AndAllAreFound()
    {
        for (int i = 0; i < 150; i++)
        {
            Put($"c{i}", 100_000);
            Assert.Equal(100_000, await LengthAsync($"c{i}"));
        }

        Assert.InRange(classes.Held, 4 << 20, 8 << 20);
        Assert.InRange(classes.Count, 40, 83);
    }

    [Fact]
    public async Task GrownLarge_IsToldOnce_AndLetGo()
    {
        Put("grows", 1000);
        await LengthAsync("grows");
        Assert.Equal(1, classes.Count);
        await Wait.UntilAsync(() => api.Count("watch", "secretproviderclasses") == 1, "the watch");

        Put("grows", 1 << 20);

        await Wait.UntilAsync(() => classes.Count == 0, "the end of the watch");
        Assert.Equal(0, classes.Held);
        Assert.Equal(1 << 20, await LengthAsync("grows"));
        Assert.Equal([new ObjectKey("shop", "grows")], changed);
    }

    private async Task<int?> LengthAsync(string name) => (await classes.FindAsync("shop", name, Ct))?.Spec.Parameters["objects"].Length;

    private void Put(string name, int length) => api.Put("secretproviderclasses", new JsonObject
    {
        ["metadata"] = new JsonObject { ["namespace"] = "shop", ["name"] = name },
        ["spec"] = new JsonObject { ["provider"] = "aws", ["parameters"] = new JsonObject { ["objects"] = new string('x', length) } },
    }.ToJsonString());
}
