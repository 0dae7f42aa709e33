using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Resolution;

public sealed class GatheringTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Reader reader = new();
    private readonly FetchOptions options = new() { GatherWindow = TimeSpan.FromMilliseconds(30), BreakAfter = 3 };
    private readonly SharedFetch fetch;

    public GatheringTests() => fetch = new SharedFetch(options, time);

    public void Dispose() => fetch.Dispose();

    [Fact]
    public async Task GetAsync_CallersWithinTheWindow_FlyAsOneCall()
    {
        Task<FetchResult>[] asked = [.. Enumerable.Range(0, 40).Select(i => AskAsync("sa", $"o{i}"))];
        Assert.Empty(reader.Calls);
        time.Advance(options.GatherWindow);
        FetchResult[] answers = await Task.WhenAll(asked);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"sa/o{i}"), answers.Select(TextOf));
        Assert.Equal(40, Assert.Single(reader.Calls));
    }

    [Fact]
    public async Task GetAsync_OtherAccess_NeverFliesAlong()
    {
        Task<FetchResult> one = AskAsync("one", "o");
        Task<FetchResult> two = AskAsync("two", "o");
        time.Advance(options.GatherWindow);
        Assert.Equal(("one/o", "two/o"), (TextOf(await one), TextOf(await two)));
        Assert.Equal([1, 1], reader.Calls);
    }

    [Fact]
    public async Task GetAsync_WhileCallsAreUnderWay_TheRestGathersUpToTheBound()
    {
        options.FlightSpacing = TimeSpan.Zero;
        reader.Hold = new TaskCompletionSource();
        List<Task<FetchResult>> asked = [];
        for (int i = 0; i < 2; i++)
        {
            asked.Add(AskAsync("sa", $"first{i}"));
            time.Advance(options.GatherWindow);
        }

        asked.AddRange(Enumerable.Range(0, 150).Select(i => AskAsync("sa", $"o{i}")));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 1], reader.Calls);
        reader.Hold.SetResult();
        while (asked.Exists(a => !a.IsCompleted))
        {
            time.Advance(options.GatherWindow);
            await Task.Yield();
        }

        Assert.Equal([1, 1, 100, 50], reader.Calls);
    }

    [Fact]
    public async Task GetAsync_FullBatch_FliesBeforeItsWindowEnds()
    {
        options.GatherFull = 20;
        Task<FetchResult>[] asked = [.. Enumerable.Range(0, 20).Select(i => AskAsync("sa", $"o{i}"))];
        await Task.WhenAll(asked);
        Assert.Equal(20, Assert.Single(reader.Calls));
    }

    [Fact]
    public async Task GetAsync_FullBatchTookThePlaceOfAWindow_TheNextOneHasAWholeWindow()
    {
        (options.GatherFull, options.FlightSpacing) = (20, TimeSpan.Zero);
        List<Task<FetchResult>> asked = [.. Enumerable.Range(0, 10).Select(i => AskAsync("sa", $"o{i}"))];
        time.Advance(TimeSpan.FromMilliseconds(20));
        asked.AddRange(Enumerable.Range(10, 10).Select(i => AskAsync("sa", $"o{i}")));
        await Task.WhenAll(asked);
        asked.Add(AskAsync("sa", "late"));
        time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([20], reader.Calls);
        time.Advance(TimeSpan.FromMilliseconds(10));
        await asked[^1];
        Assert.Equal([20, 1], reader.Calls);
    }

    [Fact]
    public async Task GetAsync_WhileMuchMoreIsToCome_TheWindowIsLongAndOnlyFullBatchesLeaveEarly()
    {
        (options.GatherFull, options.FlightSpacing) = (20, TimeSpan.FromMilliseconds(50));
        bool busy = true;
        fetch.IsBusy = () => busy;
        List<Task<FetchResult>> asked = [.. Enumerable.Range(0, 20).Select(i => AskAsync("sa", $"o{i}"))];
        asked.AddRange(Enumerable.Range(20, 45).Select(i => AskAsync("sa", $"o{i}")));
        time.Advance(options.FlightSpacing);
        await Task.WhenAll(asked.Take(60));
        Assert.Equal([20, 40], reader.Calls);

        time.Advance(options.BusyWindow - TimeSpan.FromMilliseconds(1));
        Assert.Equal([20, 40], reader.Calls);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(asked);
        Assert.Equal([20, 40, 5], reader.Calls);

        busy = false;
        time.Advance(options.FlightSpacing);
        Task<FetchResult> single = AskAsync("sa", "single");
        time.Advance(options.GatherWindow);
        await single;
        Assert.Equal([20, 40, 5, 1], reader.Calls);
    }

    [Fact]
    public async Task GetAsync_AloneWhileOthersAreBusy_WaitsNoLongerThanEver()
    {
        options.GatherFull = 20;
        fetch.IsBusy = static () => true;
        Task<FetchResult> alone = AskAsync("sa", "alone");
        time.Advance(options.GatherWindow);
        Assert.Equal("sa/alone", TextOf(await alone));

        time.Advance(options.LivelyFor);
        Task<FetchResult> soon = AskAsync("sa", "soon");
        time.Advance(options.BusyWindow - TimeSpan.FromMilliseconds(1));
        Assert.False(soon.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await soon;

        time.Advance(options.LivelyFor + TimeSpan.FromMilliseconds(1));
        Task<FetchResult> later = AskAsync("sa", "later");
        time.Advance(options.GatherWindow);
        await later;
        Assert.Equal([1, 1, 1], reader.Calls);
    }

    [Fact]
    public async Task GetAsync_OneAfterTheOther_KeepTheSpacing()
    {
        options.FlightSpacing = TimeSpan.FromSeconds(1);
        Task<FetchResult> first = AskAsync("sa", "a");
        time.Advance(options.GatherWindow);
        await first;
        Task<FetchResult> second = AskAsync("sa", "b");
        time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Single(reader.Calls);
        time.Advance(TimeSpan.FromMilliseconds(100));
        await second;
        Assert.Equal(2, reader.Calls.Count);
    }

    [Fact]
    public async Task Breaker_FailuresInARow_AnswerAtOnceForAGrowingTimeThenOneCallFindsOut()
    {
        reader.Fail = FailureReason.Throttled;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(FailureReason.Throttled, WhyOf(await FlyAsync("sa", $"o{i}")).Reason);
        }

        SecretsException why = WhyOf(await AskAsync("sa", "fast"));
        Assert.Equal((FailureReason.Throttled, "fast"), (why.Reason, why.Subject));

        // What a status tells stays the same text, whether a call was made or not.
        Assert.DoesNotContain("so failed", why.Message, StringComparison.Ordinal);
        Assert.Contains("so failed the last 3 calls as this identity; not asked again for 5 s", why.Logged, StringComparison.Ordinal);
        Assert.Equal(3, reader.Calls.Count);
        Assert.Equal("other/o", TextOf(await FlyAsync("other", "o", healthy: true)));

        time.Advance(TimeSpan.FromSeconds(5));
        Task<FetchResult> probe = AskAsync("sa", "probe");
        Assert.Contains("until a call that is under way ends", WhyOf(await AskAsync("sa", "meanwhile")).Logged, StringComparison.Ordinal);
        time.Advance(options.FlightSpacing);
        WhyOf(await probe);
        Assert.Contains("not asked again for 10 s", WhyOf(await AskAsync("sa", "again")).Logged, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(10));
        reader.Fail = null;
        Assert.Equal("sa/back", TextOf(await FlyAsync("sa", "back")));
        Assert.Equal("sa/next", TextOf(await FlyAsync("sa", "next")));
    }

    [Fact]
    public async Task Breaker_OpensWhileOthersGather_TheyAreAnsweredAtOnceAndItStaysOpen()
    {
        (options.BreakAfter, options.FlightSpacing) = (1, TimeSpan.Zero);
        reader.Fail = FailureReason.ProviderUnavailable;
        reader.Hold = new TaskCompletionSource();
        Task<FetchResult> first = AskAsync("sa", "first");
        time.Advance(options.GatherWindow);
        Task<FetchResult> gathering = AskAsync("sa", "gathering");
        reader.Hold.SetResult();
        WhyOf(await first);
        Assert.Contains("so failed the last 1 calls", WhyOf(await gathering).Logged, StringComparison.Ordinal);
        time.Advance(options.GatherWindow);
        Assert.Contains("not asked again for 5 s", WhyOf(await AskAsync("sa", "later")).Logged, StringComparison.Ordinal);
        Assert.Equal([1], reader.Calls);
    }

    [Theory]
    [InlineData(nameof(FailureReason.AccessDenied))]
    [InlineData(nameof(FailureReason.ProviderError))]
    public async Task Breaker_RefusalsOfSingleObjects_DoNotStopTheOthers(string reason)
    {
        reader.Fail = Enum.Parse<FailureReason>(reason);
        for (int i = 0; i < 10; i++)
        {
            await FlyAsync("sa", $"o{i}");
        }

        reader.Fail = null;
        Assert.Equal("sa/fine", TextOf(await FlyAsync("sa", "fine")));
    }

    [Fact]
    public async Task Breaker_FailedAsks_StopReadsAndAsksOfThatAccess()
    {
        var access = new Access { Key = "sa" };
        int asked = 0;
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<SecretsException>(() => AskAsync(access, () =>
            {
                asked++;
                throw new SecretsException(FailureReason.ProviderUnavailable, "find", "gone", "wait");
            }));
        }

        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => AskAsync(access, () => asked++));
        Assert.Equal("the find", why.Subject);
        Assert.Contains("so failed the last 3 calls as this identity; not asked again for 5 s", why.Logged, StringComparison.Ordinal);
        Assert.Equal(FailureReason.ProviderUnavailable, WhyOf(await AskAsync("sa", "o")).Reason);
        Assert.Equal((3, 0), (asked, reader.Calls.Count));

        time.Advance(TimeSpan.FromSeconds(5));
        await AskAsync(access, () => asked++);
        Assert.Equal("sa/back", TextOf(await FlyAsync("sa", "back")));
    }

    [Fact]
    public async Task AskAsync_NoAnswerInTime_IsATimeoutOfTheProvider()
    {
        Task<int> asked = fetch.AskAsync(new Access { Key = "sa" }, "the find", async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, token);
            return 0;
        });
        time.Advance(options.CallTimeout);
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => asked);
        Assert.Equal((FailureReason.ProviderTimeout, "the find"), (why.Reason, why.Subject));
    }

    [Fact]
    public async Task Sweep_IdleLane_IsForgottenAndMadeAgain()
    {
        await FlyAsync("sa", "a");
        time.Advance(TimeSpan.FromMinutes(11));
        fetch.Sweep();
        Assert.Equal("sa/b", TextOf(await FlyAsync("sa", "b")));
    }

    [Fact]
    public async Task GetAsync_WhoIsToldOfProbesFails_EverybodyIsAnsweredAndTheLaneGoesOn()
    {
        options.GatherFlights = 1;
        fetch.Probed = static () => throw new IOException("the state file");
        for (int i = 0; i < 3; i++)
        {
            Task<IReadOnlyList<FetchResult>> asked = fetch.GetAsync(
                reader, new Access { Key = "sa" }, [new Want(new Request { Name = $"o{i}", ObjectKey = $"o{i}" }, "v0", TimeSpan.Zero)], TestContext.Current.CancellationToken);
            time.Advance(options.FlightSpacing);
            Assert.Equal($"sa/o{i}", TextOf((await asked)[0]));
        }
    }

    [Fact]
    public async Task Dispose_WhileGathering_AnswersWhoWaits()
    {
        Task<FetchResult> asked = AskAsync("sa", "a");
        fetch.Dispose();
        Assert.IsType<FetchResult.Failed>(await asked);
    }

    private async Task<FetchResult> AskAsync(string account, string name)
    {
        Want[] wants = [new Want(new Request { Name = name, ObjectKey = name }, null, TimeSpan.FromSeconds(15))];
        return (await fetch.GetAsync(reader, new Access { Key = account }, wants, TestContext.Current.CancellationToken))[0];
    }

    private Task<int> AskAsync(Access access, Func<int> answer) => fetch.AskAsync(access, "the find", _ => Task.FromResult(answer()));

    /// <summary>Asks, and lets the time pass that its call waits.</summary>
    private async Task<FetchResult> FlyAsync(string account, string name, bool healthy = false)
    {
        FailureReason? failing = reader.Fail;
        reader.Fail = healthy ? null : failing;
        Task<FetchResult> asked = AskAsync(account, name);
        time.Advance(options.FlightSpacing);
        FetchResult answer = await asked;
        reader.Fail = failing;
        return answer;
    }

    private static string TextOf(FetchResult result) => Encoding.UTF8.GetString(Assert.IsType<FetchResult.Value>(result).Content.Span);

    private static SecretsException WhyOf(FetchResult result) => Assert.IsType<FetchResult.Failed>(result).Why;

    private sealed record Request : SecretRequest;

    private sealed class Access : ProviderAccess;

    /// <summary>Answers each object with its access and name, and keeps the size of each call.</summary>
    private sealed class Reader : ISecretReader
    {
        public List<int> Calls { get; } = [];

        public TaskCompletionSource? Hold { get; set; }

        public FailureReason? Fail { get; set; }

        public string Name => "reader";

        public async Task<IReadOnlyList<FetchResult>> FetchAsync(
            ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (Calls)
            {
                Calls.Add(items.Count);
            }

            if (Hold is { } hold)
            {
                await hold.Task;
            }

            return
            [
                .. items.Select(i => Fail is { } reason
                    ? (FetchResult)new FetchResult.Failed(new SecretsException(reason, i.Request.Name, "slow down", "wait"))
                    : new FetchResult.Value("v1", SecretBytes.FromText($"{access.Key}/{i.Request.Name}"))),
            ];
        }
    }
}
