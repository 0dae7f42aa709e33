using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Providers.Aws.Stores;

/// <summary>What many ExternalSecrets of one store cost at AWS.</summary>
public class AwsStoreSharingTests
{
    private const int Callers = 200;

    private static readonly FetchOptions Options = new() { GatherWindow = TimeSpan.FromMilliseconds(30), GatherItems = Callers };

    [Theory]
    [InlineData("SecretsManager", "BatchGetSecretValue", Callers / 20)]
    [InlineData("ParameterStore", "GetParameters", Callers / 10)]
    public async Task Gathered_TwoHundredCallersOfOneStore_AreReadInFullBatches(string service, string operation, int calls)
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Account("shop", "reader");
        StorePlan plan = world.Store("""
            "auth": {"jwt": {"serviceAccountRef": {"name": "reader"}}}
            """, service);
        for (int i = 0; i < Callers; i++)
        {
            world.Server.Seed.Secret($"/o{i}", $"v{i}");
            world.Server.Seed.Parameter($"/o{i}", $"v{i}");
        }

        var time = new FakeTimeProvider(world.Time.GetUtcNow());
        using var fetch = new SharedFetch(Options, time);
        Task<FetchResult>[] asked = [.. Enumerable.Range(0, Callers).Select(i => GetAsync(world, fetch, plan, $"/o{i}"))];
        time.Advance(Options.GatherWindow);
        FetchResult[] answers = await Task.WhenAll(asked);
        Assert.Equal(Enumerable.Range(0, Callers).Select(i => $"v{i}"), answers.Select(a => a.Text()));
        Assert.Equal(Enumerable.Repeat(operation, calls), world.Operations);
        Assert.Equal((1, 1), (world.Calls("AssumeRoleWithWebIdentity"), world.ClusterCalls.Count));
    }

    [Fact]
    public async Task Gathered_RefreshOfTwoHundredThatDidNotChange_IsReadInFullBatches_NotProbed()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Own();
        StorePlan plan = world.Store();
        for (int i = 0; i < Callers; i++)
        {
            world.Server.Seed.Secret($"o{i}", $"v{i}");
        }

        var time = new FakeTimeProvider(world.Time.GetUtcNow());
        using var fetch = new SharedFetch(Options, time);
        string?[] versions = new string?[Callers];
        foreach (bool refresh in (bool[])[false, true])
        {
            int before = world.Operations.Count();
            Task<FetchResult>[] asked = [.. Enumerable.Range(0, Callers).Select(i => GetAsync(world, fetch, plan, $"o{i}", versions[i]))];
            time.Advance(Options.GatherWindow);
            FetchResult[] answers = await Task.WhenAll(asked);
            Assert.Equal(Enumerable.Repeat("BatchGetSecretValue", Callers / 20), world.Operations.Skip(before));
            Assert.All(answers, a => Assert.Equal(refresh, a is FetchResult.Unchanged));
            versions = [.. answers.Select(a => (a as FetchResult.Value)?.Version)];
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Gathered_TwoStoresOfOneIdentity_ReadTheSameSecretOnce()
    {
        await using StoreWorld world = await StoreWorld.StartAsync();
        world.Own();
        world.Server.Seed.Secret("a", "1");
        var time = new FakeTimeProvider(world.Time.GetUtcNow());
        using var fetch = new SharedFetch(Options, time);
        Task<FetchResult> one = GetAsync(world, fetch, world.Store(), "a");
        Task<FetchResult> two = GetAsync(world, fetch, world.Store(cluster: true, name: "other"), "a");
        time.Advance(Options.GatherWindow);
        Assert.Equal(("1", "1"), ((await one).Text(), (await two).Text()));
        Assert.Equal(["GetSecretValue"], world.Operations);
    }

    private static async Task<FetchResult> GetAsync(StoreWorld world, SharedFetch fetch, StorePlan plan, string key, string? known = null)
    {
        ProviderAccess access = await world.Provider.OpenAsync(plan, StoreWorld.Controller(), StoreWorld.Stop);
        Want[] wants = [new Want(world.Provider.Plan(plan, new RemoteSecret(key, "", false)), known, TimeSpan.FromSeconds(15))];
        return (await fetch.GetAsync(world.Provider, access, wants, StoreWorld.Stop))[0];
    }
}
