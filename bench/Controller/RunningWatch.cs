using System.Diagnostics;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>A watch request that runs beside the bench, and waits for what it shows.</summary>
/// <param name="plane">Whose API server.</param>
/// <param name="read">Takes the lines of one answer; returns when that has ended.</param>
internal sealed class RunningWatch(ControlPlane plane, Action<string> read) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource stop = new();
    private Task? running;

    /// <summary>Watches until disposed; an answer that ends is asked for anew.</summary>
    /// <param name="path">Makes the request's path; called for each answer.</param>
    public void Start(Func<string> path) => running = RunAsync(path);

    /// <summary>Returns how long it took. Polls, because what is waited for may be no news of the watch, such as the end of a process.</summary>
    /// <param name="done">What is waited for.</param>
    /// <param name="limit">The longest time.</param>
    /// <param name="state">What is so instead, for the error.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TimeSpan> UntilAsync(Func<bool> done, TimeSpan limit, Func<string> state, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (running is { IsFaulted: true })
            {
                await running;
            }

            if (Stopwatch.GetElapsedTime(began) > limit)
            {
                throw new TimeoutException($"not within {limit.TotalSeconds:0} s: {state()}");
            }

            await Task.Delay(Tick, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(began);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await (running ?? Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        stop.Dispose();
    }

    private async Task RunAsync(Func<string> path)
    {
        while (true)
        {
            await using Stream stream = await plane.OpenAsync(path(), stop.Token);
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(stop.Token) is { } line)
            {
                read(line);
            }
        }
    }
}
