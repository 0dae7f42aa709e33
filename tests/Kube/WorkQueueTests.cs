using CsiSecrets.Kube.Work;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Kube;

/// <summary>The order in which keys are worked on.</summary>
public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly WorkQueue<string> queue;

    public WorkQueueTests() => queue = new WorkQueue<string>(time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task Lanes_NewBeforeRepairBeforeRoutine()
    {
        queue.Add("routine1", WorkLane.Routine);
        queue.Add("routine2", WorkLane.Routine);
        queue.Add("repair", WorkLane.Repair);
        queue.Add("new", WorkLane.New);

        Assert.Equal("new repair routine1 routine2", await TakeAsync(4));
    }

    [Fact]
    public async Task KeyInLine_ComesOnceAndMovesUp()
    {
        queue.Add("a", WorkLane.Routine);
        queue.Add("b", WorkLane.Routine);
        queue.Add("b", WorkLane.New);
        queue.Add("b", WorkLane.Repair);

        Assert.Equal((1, 0, 1), (queue.Waiting(WorkLane.New), queue.Waiting(WorkLane.Repair), queue.Waiting(WorkLane.Routine)));
        Assert.Equal("b a", await TakeAsync(2));
        Assert.False(queue.TakeAsync(Ct).IsCompleted);
    }

    [Fact]
    public async Task KeyWorkedOn_IsHandedOutToNobodyElseAndComesAgain()
    {
        queue.Add("a", WorkLane.Routine);
        WorkItem<string> first = await queue.TakeAsync(Ct);
        queue.Add("a", WorkLane.Routine);
        queue.Add("a", WorkLane.Repair);
        queue.Add("a", WorkLane.Routine);
        Task<WorkItem<string>> second = queue.TakeAsync(Ct);
        bool early = second.IsCompleted;

        queue.Done(first.Key);

        Assert.False(early);
        Assert.Equal(new WorkItem<string>("a", WorkLane.Repair), await second);
    }

    [Fact]
    public async Task ManyWorkers_NeverTwoOnOneKey()
    {
        var atWork = new Dictionary<int, int>();
        using var numbers = new WorkQueue<int>(time);
        int twice = 0, taken = 0;
        using var end = new CancellationTokenSource();
        var loop = new WorkLoop<int>(numbers, 8, WorkAsync, static (_, _) => { });
        Task working = loop.RunAsync(end.Token);
        for (int n = 0; n < 20_000; n++)
        {
            numbers.Add(n % 7, (WorkLane)(n % 3));
        }

        while (numbers.Open > 0)
        {
            await Task.Yield();
        }

        await end.CancelAsync();
        await working;

        Assert.Equal(0, twice);
        Assert.InRange(taken, 7, 20_000);

        async Task WorkAsync(WorkItem<int> item, CancellationToken token)
        {
            lock (atWork)
            {
                atWork[item.Key] = atWork.GetValueOrDefault(item.Key) + 1;
                twice += atWork[item.Key] > 1 ? 1 : 0;
                taken++;
            }

            await Task.Yield();
            lock (atWork)
            {
                atWork[item.Key]--;
            }
        }
    }

    [Fact]
    public async Task Loop_ALookThatFails_IsToldAndTriedAgain_AndTheOthersGoOn()
    {
        using var end = new CancellationTokenSource();
        var seen = new List<string>();
        var told = new List<string>();
        var loop = new WorkLoop<string>(queue, 1, LookAsync, (key, e) => told.Add($"{key}: {e.Message}"));
        queue.Add("bad", WorkLane.New);
        queue.Add("good", WorkLane.New);
        Task working = loop.RunAsync(end.Token);
        while (queue.Open > 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(2));
        while (queue.Open > 0)
        {
            await Task.Yield();
        }

        await end.CancelAsync();
        await working;
        Assert.Equal(["bad", "good", "bad"], seen);
        Assert.Equal(["bad: broken"], told);

        Task LookAsync(WorkItem<string> item, CancellationToken token)
        {
            seen.Add(item.Key);
            return item.Key == "bad" && told.Count == 0 ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Delay_IsKeptAndTheSoonestCounts()
    {
        queue.AddAfter("a", WorkLane.Routine, TimeSpan.FromMinutes(10));
        queue.AddAfter("a", WorkLane.New, TimeSpan.FromMinutes(5));
        queue.AddAfter("a", WorkLane.Routine, TimeSpan.FromMinutes(20));
        queue.AddAfter("b", WorkLane.Routine, TimeSpan.FromMinutes(1));
        Task<WorkItem<string>> next = queue.TakeAsync(Ct);

        time.Advance(TimeSpan.FromSeconds(59));
        bool early = next.IsCompleted;
        time.Advance(TimeSpan.FromSeconds(1));
        WorkItem<string>? b = await next;
        Task<WorkItem<string>> after = queue.TakeAsync(Ct);
        time.Advance(TimeSpan.FromMinutes(4));

        Assert.False(early);
        Assert.Equal("b", b!.Value.Key);
        Assert.Equal(new WorkItem<string>("a", WorkLane.New), await after);
        Assert.Equal(0, queue.Delayed);
    }

    [Fact]
    public async Task TakingAKey_ForgetsItsDelay()
    {
        queue.AddAfter("a", WorkLane.Routine, TimeSpan.FromMinutes(10));
        queue.Add("a", WorkLane.New);
        await queue.TakeAsync(Ct);

        Assert.Equal(0, queue.Delayed);
    }

    [Fact]
    public void Failures_WaitLongerEachTimeUpToSevenMinutes()
    {
        TimeSpan[] waits = [.. Enumerable.Range(0, 14).Select(_ => queue.AddAfterFailure("a", WorkLane.New))];
        queue.Succeeded("a");
        TimeSpan again = queue.AddAfterFailure("a", WorkLane.New);

        Assert.InRange(waits[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5));
        Assert.InRange(waits[5], TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(48));
        Assert.All(waits[9..], static w => Assert.InRange(w, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(7)));
        Assert.InRange(again, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task Forgotten_ComesNotAgain()
    {
        queue.Add("a", WorkLane.New);
        queue.AddAfter("b", WorkLane.New, TimeSpan.FromSeconds(1));
        queue.Add("c", WorkLane.New);
        queue.Forget("a");
        queue.Forget("b");
        WorkItem<string> c = await queue.TakeAsync(Ct);
        queue.Add("c", WorkLane.New);
        queue.Forget("c");
        queue.Done("c");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("c", c.Key);
        Assert.False(queue.TakeAsync(Ct).IsCompleted);
    }

    [Fact]
    public async Task ClockIsSet_DelaysAreNotMoved()
    {
        queue.AddAfter("a", WorkLane.Routine, TimeSpan.FromMinutes(10));
        Task<WorkItem<string>> next = queue.TakeAsync(Ct);

        time.AdjustTime(time.GetUtcNow() + TimeSpan.FromDays(1));
        bool early = next.IsCompleted;
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.False(early);
        Assert.Equal("a", (await next).Key);
    }

    [Fact]
    public void AfterItsEnd_WhatAWatchOrATimerStillBrings_IsPassedOver()
    {
        var stubborn = new LateTimers();
        var ended = new WorkQueue<string>(stubborn);
        ended.AddAfter("a", WorkLane.Routine, TimeSpan.FromSeconds(1));
        stubborn.Advance(TimeSpan.FromSeconds(1));
        ended.Dispose();

        // On a timer's thread an exception would end the process.
        stubborn.Run();
        ended.Add("b", WorkLane.New);
        ended.AddAfter("c", WorkLane.New, TimeSpan.FromSeconds(1));
        stubborn.Run();

        Assert.Equal(0, ended.Open);
    }

    private async Task<string> TakeAsync(int count)
    {
        var keys = new List<string>();
        for (int n = 0; n < count; n++)
        {
            keys.Add((await queue.TakeAsync(Ct)).Key);
        }

        return string.Join(' ', keys);
    }
}
