using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class SharedFindsTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));
    private readonly ListingStore store = new();
    private readonly SharedFetch fetch;
    private readonly SharedFinds finds;

    public SharedFindsTests()
    {
        fetch = new SharedFetch(new FetchOptions(), time);
        finds = new SharedFinds(fetch, time);
    }

    [Fact]
    public async Task ValuesThatTheListingBrought_AreNotReadAgain_UntilTheyAreOld()
    {
        using ResolvedValues first = await Resolve("one");
        using ResolvedValues second = await Resolve("one");
        string[] early = [.. store.Calls];
        time.Advance(TimeSpan.FromSeconds(30));
        using ResolvedValues third = await Resolve("one");

        Assert.Equal(["a=1", "b=2"], Manifest.Show(first.Values!));
        Assert.Equal(["a=1", "b=2"], Manifest.Show(second.Values!));
        Assert.Equal(["find"], early);
        Assert.Equal(["a=1", "b=2"], Manifest.Show(third.Values!));
        Assert.Equal(["find", "read a", "read b"], store.Calls);
    }

    [Fact]
    public async Task ChangedStore_IsAskedAnew()
    {
        using ResolvedValues first = await Resolve("one");
        using ResolvedValues second = await Resolve("two");

        Assert.Equal(["find", "find"], store.Calls);
    }

    [Fact]
    public async Task OldFind_IsAskedAnew()
    {
        using ResolvedValues first = await Resolve("one");
        time.Advance(TimeSpan.FromMinutes(5));
        using ResolvedValues second = await Resolve("one");

        Assert.Equal(["find", "find"], store.Calls);
    }

    [Fact]
    public async Task FoundButGone_IsLeftOut()
    {
        using ResolvedValues first = await Resolve("one");
        time.Advance(TimeSpan.FromSeconds(30));
        fetch.Sweep();
        store.Gone = "b";
        using ResolvedValues second = await Resolve("one");

        Assert.Equal(["a=1"], Manifest.Show(second.Values!));
        Assert.Empty(second.Missing);
    }

    public void Dispose() => fetch.Dispose();

    private Task<ResolvedValues> Resolve(string settings) => new ExternalSecretResolver(fetch, finds, TemplateEnvironment.System).ResolveAsync(
        Manifest.Plan("  secretStoreRef: {name: s}\n  dataFrom: [{find: {name: {regexp: .}}}]"),
        (key, _) => Task.FromResult(new OpenedStore(
            new OpenStore(new StoreIdentity("shop", key.Name, "u"), store, new Settings(settings) { StoreRef = "SecretStore shop/s" }),
            new Access { Key = "controller" })),
        new Dictionary<FetchKey, string?>(),
        TimeSpan.FromMinutes(1),
        TestContext.Current.CancellationToken);

    private sealed record Settings(string Text) : StorePlan;

    private sealed record Named : SecretRequest;

    private sealed class Access : ProviderAccess;

    /// <summary>A store whose listing brings the values of a and b along.</summary>
    private sealed class ListingStore : IStoreProvider
    {
        public List<string> Calls { get; } = [];

        public string Gone { get; set; } = "";

        public string Name => "listing";

        public string Capabilities => "ReadOnly";

        public StorePlan ReadStore(StoreSource source) => new Settings("") { StoreRef = "" };

        public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken) =>
            Task.FromResult<ProviderAccess>(new Access { Key = "" });

        public Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken) => Task.CompletedTask;

        public SecretRequest Plan(StorePlan plan, RemoteSecret remote) => Request(remote.Key);

        public SecretBytes? Select(SecretRequest request, SecretBytes content, string property) => content.Share();

        public SecretSet Extract(SecretRequest request, SecretBytes content, string property) => new();

        public Task<IReadOnlyList<FoundSecret>> FindAsync(
            StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
        {
            Calls.Add("find");
            return Task.FromResult<IReadOnlyList<FoundSecret>>([.. "ab".Select(c => new FoundSecret($"{c}", Request($"{c}"), Value($"{c}")))]);
        }

        public Task<IReadOnlyList<FetchResult>> FetchAsync(
            ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
        {
            Calls.AddRange(items.Select(i => "read " + i.Request.Name));
            return Task.FromResult<IReadOnlyList<FetchResult>>([.. items.Select(i => i.Request.Name == Gone
                ? (FetchResult)new FetchResult.Missing(new SecretsException(FailureReason.SecretNotFound, Gone, "gone", ""))
                : Value(i.Request.Name))]);
        }

        private static Named Request(string name) => new() { Name = name, ObjectKey = name };

        private static FetchResult.Value Value(string name) => new("v1", SecretBytes.FromText(name == "a" ? "1" : "2"));
    }
}
