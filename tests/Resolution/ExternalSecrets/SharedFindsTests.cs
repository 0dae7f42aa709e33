using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Templates;
using CsiSecrets.Volumes;
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
    public async Task WhoComesWhileAFindIsUnderWay_JoinsIt_ItsFailureToo()
    {
        store.Hold = new TaskCompletionSource();
        Task<ResolvedValues>[] asked = [Resolve("one"), Resolve("one")];
        store.Hold.SetException(new SecretsException(FailureReason.AccessDenied, "list", "no", "allow it"));
        foreach (Task<ResolvedValues> one in asked)
        {
            Assert.Equal(FailureReason.AccessDenied, (await Assert.ThrowsAsync<SecretsException>(() => one)).Reason);
        }

        store.Hold = null;
        using ResolvedValues again = await Resolve("one");
        Assert.Equal(["a=1", "b=2"], Manifest.Show(again.Values!));
        Assert.Equal(["find", "find"], store.Calls);
    }

    [Fact]
    public async Task WhoGoesAway_LeavesTheFindToTheOthers()
    {
        store.Hold = new TaskCompletionSource();
        using var away = new CancellationTokenSource();
        Task<ResolvedValues> first = Resolve("one", token: away.Token);
        Task<ResolvedValues> second = Resolve("one");
        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        store.Hold.SetResult();
        using ResolvedValues values = await second;
        Assert.Equal(["a=1", "b=2"], Manifest.Show(values.Values!));
        Assert.Equal(["find"], store.Calls);
    }

    [Fact]
    public async Task ProviderThatKeepsFailing_IsLeftAlone()
    {
        using var gathering = new SharedFetch(new FetchOptions { GatherWindow = TimeSpan.FromMilliseconds(30), BreakAfter = 2 }, time);
        var shared = new SharedFinds(gathering, time);
        store.Hold = new TaskCompletionSource();
        store.Hold.SetException(new SecretsException(FailureReason.Throttled, "list", "slow down", "wait"));
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<SecretsException>(() => Resolve("one", gathering, shared));
        }

        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => Resolve("two", gathering, shared));
        Assert.Equal("SecretStore shop/s: find", why.Subject);
        Assert.Contains("so failed the last 2 calls as this identity; not asked again for 5 s", why.Logged, StringComparison.Ordinal);
        Assert.Equal(["find", "find"], store.Calls);
    }

    [Fact]
    public async Task SweepWhileTheFirstFindIsUnderWay_LeavesItToBeJoined()
    {
        store.Hold = new TaskCompletionSource();
        Task<ResolvedValues> first = Resolve("one");
        finds.Sweep(TimeSpan.FromHours(26));
        Task<ResolvedValues> second = Resolve("one");
        store.Hold.SetResult();
        using ResolvedValues one = await first;
        using ResolvedValues other = await second;

        Assert.Equal(["find"], store.Calls);
    }

    [Fact]
    public async Task NodesSweep_ForgetsWhatNobodyAsksFor()
    {
        using ResolvedValues values = await Resolve("one");
        var memory = new RotationMemory(new StateFiles("/nowhere"), fetch, new SharedListings(time), DenialMemory.None, new FetchOptions()) { Finds = finds };
        memory.Sweep();
        int soon = finds.Count;
        time.Advance(TimeSpan.FromHours(27));
        memory.Sweep();

        Assert.Equal((1, 0), (soon, finds.Count));
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

    private Task<ResolvedValues> Resolve(string settings, SharedFetch? from = null, SharedFinds? through = null, CancellationToken token = default) =>
        new ExternalSecretResolver(from ?? fetch, through ?? finds, TemplateEnvironment.System).ResolveAsync(
            Manifest.Plan("  secretStoreRef: {name: s}\n  dataFrom: [{find: {name: {regexp: .}}}]"),
            (key, _) => Task.FromResult(new OpenedStore(
                new OpenStore(new StoreIdentity("shop", key.Name, "u"), store, new Settings(settings) { StoreRef = "SecretStore shop/s" }),
                new Access { Key = "controller" })),
            new Dictionary<FetchKey, string?>(),
            TimeSpan.FromMinutes(1),
            token);

    private sealed record Settings(string Text) : StorePlan;

    private sealed record Named : SecretRequest;

    private sealed class Access : ProviderAccess;

    /// <summary>A store whose listing brings the values of a and b along.</summary>
    private sealed class ListingStore : IStoreProvider
    {
        public List<string> Calls { get; } = [];

        public string Gone { get; set; } = "";

        /// <summary>A find ends as this does.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public string Name => "listing";

        public string Capabilities => "ReadOnly";

        public StorePlan ReadStore(StoreSource source) => new Settings("") { StoreRef = "" };

        public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken) =>
            Task.FromResult<ProviderAccess>(new Access { Key = "" });

        public Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken) => Task.CompletedTask;

        public SecretRequest Plan(StorePlan plan, RemoteSecret remote) => Request(remote.Key);

        public SecretBytes? Select(SecretRequest request, SecretBytes content, string property) => content.Share();

        public SecretSet Extract(SecretRequest request, SecretBytes content, string property) => new();

        public async Task<IReadOnlyList<FoundSecret>> FindAsync(
            StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
        {
            Calls.Add("find");
            await (Hold?.Task ?? Task.CompletedTask);
            return [.. "ab".Select(c => new FoundSecret($"{c}", Request($"{c}"), Value($"{c}")))];
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
