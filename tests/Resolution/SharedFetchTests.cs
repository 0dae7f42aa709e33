using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Resolution;

public sealed class SharedFetchTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeProvider provider = new();
    private readonly SharedFetch fetch;
    private readonly ClassPlan plan;

    public SharedFetchTests()
    {
        fetch = new SharedFetch(new FetchOptions(), time);
        plan = provider.ReadClass(new ClassParameters("shop/db", new Dictionary<string, string> { ["objects"] = "a,b" }));
        provider.Put("a", "alpha");
        provider.Put("b", "beta");
    }

    public void Dispose() => fetch.Dispose();

    [Fact]
    public async Task GetAsync_HundredConsumersAtOnce_OneCallForAll()
    {
        var gate = new TaskCompletionSource();
        provider.Hold = gate.Task;
        Task<IReadOnlyList<FetchResult>>[] all = [.. Enumerable.Range(0, 100).Select(_ => GetAsync("sa", Fresh))];
        gate.SetResult();
        foreach (IReadOnlyList<FetchResult> results in await Task.WhenAll(all))
        {
            Assert.Equal(["alpha", "beta"], results.Select(TextOf));
        }

        Assert.Equal(["read a", "read b"], provider.Calls);
    }

    [Fact]
    public async Task GetAsync_OtherIdentity_CallsAgain()
    {
        await GetAsync("one", Fresh);
        await GetAsync("two", Fresh);
        Assert.Equal(4, provider.Calls.Count);
    }

    [Fact]
    public async Task GetAsync_WithinMaxAge_AnswersFromMemory()
    {
        await GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(["alpha", "beta"], (await GetAsync("sa", Fresh)).Select(TextOf));
        Assert.Equal(2, provider.Calls.Count);
    }

    [Fact]
    public async Task GetAsync_ValueOlderThanMaxAge_ReadsAgain()
    {
        await GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromSeconds(16));
        provider.Put("a", "alpha2");
        Assert.Equal(["alpha2", "beta"], (await GetAsync("sa", Fresh)).Select(TextOf));
    }

    [Fact]
    public async Task GetAsync_KnownVersionWithinInterval_UnchangedWithoutCall()
    {
        await GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromSeconds(60));
        IReadOnlyList<FetchResult> results = await GetAsync("sa", new Ask("v1", TimeSpan.FromMinutes(2)));
        Assert.All(results, r => Assert.Equal("v1", Assert.IsType<FetchResult.Unchanged>(r).Version));
        Assert.Equal(2, provider.Calls.Count);
    }

    [Fact]
    public async Task GetAsync_KnownVersionPastInterval_ProbesOnceForAllConsumers()
    {
        await GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromMinutes(3));
        provider.Calls.Clear();
        for (int i = 0; i < 100; i++)
        {
            await GetAsync("sa", new Ask("v1", TimeSpan.FromMinutes(2)));
        }

        Assert.Equal(["probe a", "probe b"], provider.Calls);
    }

    [Fact]
    public async Task GetAsync_ChangedObject_OneCallGivesTheNewValueToEveryConsumer()
    {
        await GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromMinutes(3));
        provider.Put("a", "alpha2");
        provider.Calls.Clear();
        for (int i = 0; i < 100; i++)
        {
            IReadOnlyList<FetchResult> results = await GetAsync("sa", new Ask("v1", TimeSpan.FromMinutes(2)));
            Assert.Equal("alpha2", TextOf(results[0]));
            Assert.IsType<FetchResult.Unchanged>(results[1]);
        }

        Assert.Equal(["probe a", "probe b"], provider.Calls);
    }

    [Fact]
    public async Task GetAsync_ConsumerNeedsValueWhileAnotherProbes_ReadsAfterTheProbe()
    {
        await GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromMinutes(3));
        fetch.Sweep();
        var gate = new TaskCompletionSource();
        provider.Hold = gate.Task;
        Task<IReadOnlyList<FetchResult>> probing = GetAsync("sa", new Ask("v1", TimeSpan.FromMinutes(2)));
        Task<IReadOnlyList<FetchResult>> reading = GetAsync("sa", Fresh);
        gate.SetResult();
        Assert.All(await probing, r => Assert.IsType<FetchResult.Unchanged>(r));
        Assert.Equal(["alpha", "beta"], (await reading).Select(TextOf));
    }

    [Fact]
    public async Task GetAsync_CallerGivesUp_OthersStillGetTheAnswer()
    {
        var gate = new TaskCompletionSource();
        provider.Hold = gate.Task;
        using var impatient = new CancellationTokenSource();
        Task<IReadOnlyList<FetchResult>> first = GetAsync("sa", Fresh, impatient.Token);
        Task<IReadOnlyList<FetchResult>> second = GetAsync("sa", Fresh);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.Equal(["alpha", "beta"], (await second).Select(TextOf));
    }

    [Fact]
    public async Task GetAsync_ProviderNeverAnswers_FailsAtTheCallTimeout()
    {
        provider.Hold = new TaskCompletionSource().Task;
        Task<IReadOnlyList<FetchResult>> asked = GetAsync("sa", Fresh);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.All(await asked, r => Assert.Equal(FailureReason.ProviderTimeout, Assert.IsType<FetchResult.Failed>(r).Why.Reason));
    }

    [Fact]
    public async Task GetAsync_FailureJustNow_IsRepeatedWithoutCallAndThenAskedAgain()
    {
        provider.Fail = n => n == "a" ? new SecretsException(FailureReason.Throttled, n, "slow down", "") : null;
        await GetAsync("sa", Fresh);
        IReadOnlyList<FetchResult> again = await GetAsync("sa", Fresh);
        Assert.IsType<FetchResult.Failed>(again[0]);
        Assert.Equal(2, provider.Calls.Count);
        provider.Fail = _ => null;
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("alpha", TextOf((await GetAsync("sa", Fresh))[0]));
    }

    [Fact]
    public async Task GetAsync_Missing_IsAnAnswerOfItsOwn()
    {
        provider.Remove("a");
        IReadOnlyList<FetchResult> results = await GetAsync("sa", Fresh);
        Assert.Equal(FailureReason.SecretNotFound, Assert.IsType<FetchResult.Missing>(results[0]).Why.Reason);
        Assert.Equal("beta", TextOf(results[1]));
    }

    [Fact]
    public async Task Changed_VersionMoves_IsTold()
    {
        var told = new List<FetchKey>();
        fetch.Changed = told.Add;
        await GetAsync("sa", Fresh);
        Assert.Empty(told);
        time.Advance(TimeSpan.FromMinutes(3));
        provider.Put("b", "beta2");
        await GetAsync("sa", new Ask("v1", TimeSpan.FromMinutes(2)));
        Assert.Equal([FetchKey.Of("ns/sa/", "b")], told);
    }

    [Fact]
    public async Task Restore_ClocksOfAFormerProcess_NothingIsFetchedThatIsNotDue()
    {
        await GetAsync("sa", Fresh);
        IReadOnlyList<ObjectState> kept = fetch.Snapshot();
        using var next = new SharedFetch(new FetchOptions(), time);
        next.Restore(kept);
        provider.Calls.Clear();
        time.Advance(TimeSpan.FromSeconds(90));
        IReadOnlyList<FetchResult> results = await next.GetAsync(provider, await AccessAsync("sa"), Wants(new Ask("v1", TimeSpan.FromMinutes(2))), default);
        Assert.All(results, r => Assert.IsType<FetchResult.Unchanged>(r));
        Assert.Empty(provider.Calls);
    }

    [Fact]
    public async Task Sweep_PastTheValueAge_ClearsThePlaintext()
    {
        FetchResult.Value value = Assert.IsType<FetchResult.Value>((await GetAsync("sa", Fresh))[0]);
        ReadOnlyMemory<byte> bytes = value.Content.Memory;
        value.Content.Dispose();
        Assert.Equal("alpha", Encoding.UTF8.GetString(bytes.Span));
        time.Advance(TimeSpan.FromSeconds(16));
        fetch.Sweep();
        Assert.All(bytes.ToArray(), b => Assert.Equal(0, b));
    }

    private static readonly Ask Fresh = new(null, TimeSpan.FromSeconds(15));

    private async Task<ProviderAccess> AccessAsync(string account) => await provider.OpenAsync(plan, new AccessRequest
    {
        Pod = new PodIdentity { Namespace = "ns", PodName = "p", PodUid = "u", ServiceAccount = account },
        Tokens = PodTokens.None,
        NodePublishSecrets = new Dictionary<string, SecretBytes>(),
        IdentityMaxAge = TimeSpan.Zero,
    }, default);

    private Want[] Wants(Ask ask) => [.. plan.Objects.Select(o => new Want(o.Request, ask.Known, ask.MaxAge))];

    private async Task<IReadOnlyList<FetchResult>> GetAsync(string account, Ask ask, CancellationToken cancellationToken = default) =>
        await fetch.GetAsync(provider, await AccessAsync(account), Wants(ask), cancellationToken);

    private static string TextOf(FetchResult result) => Encoding.UTF8.GetString(Assert.IsType<FetchResult.Value>(result).Content.Span);

    private sealed record Ask(string? Known, TimeSpan MaxAge);
}
