using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>One watch of all ExternalSecrets: when each was Ready first, and how often it was refreshed since.</summary>
internal sealed class ReadyWatch(ControlPlane plane) : IAsyncDisposable
{
    private const string Path = Estate.Group + "/externalsecrets";

    private readonly ConcurrentDictionary<string, Seen> seen = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private Task? running;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using Stream first = await plane.OpenAsync($"{Path}?limit=1", cancellationToken);
        using JsonDocument page = await JsonDocument.ParseAsync(first, cancellationToken: cancellationToken);
        running = RunAsync(page.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!);
    }

    public int Ready => seen.Values.Count(static s => s.Ready);

    /// <summary>Not Ready, with the reason, for an error message.</summary>
    public string Example => seen.Values.FirstOrDefault(static s => !s.Ready)?.Text ?? "none was ever reported";

    /// <summary>How many were refreshed after that moment.</summary>
    public int RefreshedSince(long moment) => seen.Values.Count(s => s.Ready && s.RefreshedAt > moment);

    public bool IsReady(string name) => seen.TryGetValue(name, out Seen? one) && one.Ready;

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
                throw new TimeoutException($"not within {limit.TotalSeconds:0} s: {Ready} of {seen.Count} seen are Ready; {Example}");
            }

            await Task.Delay(10, cancellationToken);
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

    private async Task RunAsync(string version)
    {
        while (true)
        {
            await using Stream stream = await plane.OpenAsync($"{Path}?watch=true&resourceVersion={version}&timeoutSeconds=3000", stop.Token);
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(stop.Token) is { } line)
            {
                version = Note(line) ?? version;
            }
        }
    }

    private string? Note(string line)
    {
        using JsonDocument e = JsonDocument.Parse(line);
        JsonElement one = e.RootElement.GetProperty("object");
        if (!one.TryGetProperty("metadata", out JsonElement meta) || !meta.TryGetProperty("name", out JsonElement name))
        {
            throw new InvalidOperationException("the watch ended: " + line);
        }

        if (one.TryGetProperty("status", out JsonElement status))
        {
            string refreshed = status.TryGetProperty("refreshTime", out JsonElement at) ? at.GetString() ?? "" : "";
            bool ready = status.TryGetProperty("conditions", out JsonElement conditions)
                && conditions.EnumerateArray().Any(static c => c.GetProperty("type").GetString() == "Ready" && c.GetProperty("status").GetString() == "True");
            Seen entry = seen.GetOrAdd(name.GetString()!, static _ => new Seen());
            entry.Text = ready ? "" : status.GetRawText();
            if (refreshed.Length > 0 && refreshed != entry.Refreshed)
            {
                (entry.Refreshed, entry.RefreshedAt) = (refreshed, Stopwatch.GetTimestamp());
            }

            entry.Ready = ready;
        }

        return meta.GetProperty("resourceVersion").GetString();
    }

    private sealed class Seen
    {
        public volatile bool Ready;
        public string Refreshed = "";
        public long RefreshedAt;
        public string Text = "";
    }
}
