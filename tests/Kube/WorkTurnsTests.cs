using CsiSecrets.Kube.Work;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Kube;

/// <summary>Who writes when.</summary>
public sealed class WorkTurnsTests
{
    private readonly WorkTurns turns = new(2);
    private readonly List<string> began = [];
    private readonly Dictionary<string, TaskCompletionSource<int>> ends = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_MoreThanMayAtOnce_HigherLanesFirst()
    {
        Task<int>[] all =
        [
            Run("one", WorkLane.Routine), Run("two", WorkLane.Routine),
            Run("routine", WorkLane.Routine), Run("repair", WorkLane.Repair), Run("new", WorkLane.New), Run("late", WorkLane.New),
        ];
        Assert.Equal(["one", "two"], began);

        foreach (string name in (string[])["one", "new", "two", "late", "repair", "routine"])
        {
            await End(name);
        }

        await Task.WhenAll(all);
        Assert.Equal(["one", "two", "new", "late", "repair", "routine"], began);
    }

    [Fact]
    public async Task RunAsync_WhoeverIsCancelledOrFails_TakesNoTurnAway()
    {
        using var away = new CancellationTokenSource();
        Task<int> one = Run("one", WorkLane.New);
        Task<int> two = Run("two", WorkLane.New);
        Task<int> gone = turns.RunAsync(WorkLane.New, () => Task.FromResult(0), away.Token);
        Task<int> next = Run("next", WorkLane.Routine);
        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        ends["one"].SetException(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(() => one);
        await End("next");
        await End("two");
        await Task.WhenAll(two, next);
        Assert.Equal((7, 8), (await turns.RunAsync(WorkLane.New, () => Task.FromResult(7), Ct), await turns.RunAsync(WorkLane.New, () => Task.FromResult(8), Ct)));
    }

    private Task<int> Run(string name, WorkLane lane)
    {
        ends[name] = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        return turns.RunAsync(
            lane,
            () =>
            {
                lock (began)
                {
                    began.Add(name);
                }

                return ends[name].Task;
            },
            Ct);
    }

    /// <summary>Waits until it has begun, and ends it.</summary>
    private async Task End(string name)
    {
        await Wait.UntilAsync(
            () =>
            {
                lock (began)
                {
                    return began.Contains(name);
                }
            },
            name);
        ends[name].SetResult(0);
    }
}
