using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>One watch of the fleet: which Deployments have a record, and what the mark on each one's pod template is.</summary>
internal sealed class RolloutWatch(ControlPlane plane) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> marks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> recorded = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private Task? running;

    public int Recorded => recorded.Count;

    public void Start() => running = RunAsync();

    /// <summary>The marks as they are now.</summary>
    public Dictionary<string, string> Marks() => new(marks, StringComparer.Ordinal);

    /// <summary>How many have another mark than then.</summary>
    public int RolledSince(IReadOnlyDictionary<string, string> then) => marks.Count(m => then.GetValueOrDefault(m.Key, "") != m.Value);

    /// <summary>Returns how long it took.</summary>
    public async Task<TimeSpan> UntilAsync(Func<bool> done, TimeSpan limit, CancellationToken cancellationToken)
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
                throw new TimeoutException($"not within {limit.TotalSeconds:0} s: {Recorded} have a record: see artifacts/bench/controller.log");
            }

            await Task.Delay(5, cancellationToken);
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

    private async Task RunAsync()
    {
        await using Stream stream = await plane.OpenAsync($"{Fleet.Deployments}?watch=true&resourceVersion=0&timeoutSeconds=3000", stop.Token);
        using var lines = new StreamReader(stream);
        while (await lines.ReadLineAsync(stop.Token) is { } line)
        {
            Note(line);
        }
    }

    private void Note(string line)
    {
        using JsonDocument e = JsonDocument.Parse(line);
        JsonElement one = e.RootElement.GetProperty("object"), meta = one.GetProperty("metadata");
        string name = meta.GetProperty("name").GetString()!;
        if (meta.GetProperty("annotations").TryGetProperty("reload.csi-secrets/seen", out _))
        {
            recorded[name] = true;
        }

        JsonElement container = one.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0];
        marks[name] = container.TryGetProperty("env", out JsonElement variables)
            ? variables.EnumerateArray().First(static v => v.GetProperty("name").GetString()!.StartsWith("STAKATER_", StringComparison.Ordinal)).GetProperty("value").GetString()!
            : "";
    }
}
