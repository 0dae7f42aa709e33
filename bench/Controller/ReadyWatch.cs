using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>One watch of all ExternalSecrets: when each was Ready first, and how often it was refreshed since.</summary>
internal sealed class ReadyWatch : IAsyncDisposable
{
    private const string Path = Estate.Group + "/externalsecrets";

    private readonly ConcurrentDictionary<string, Seen> seen = new(StringComparer.Ordinal);
    private readonly ControlPlane plane;
    private readonly RunningWatch watch;
    private string version = "";

    public ReadyWatch(ControlPlane plane) => (this.plane, watch) = (plane, new RunningWatch(plane, Note));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using Stream first = await plane.OpenAsync($"{Path}?limit=1", cancellationToken);
        using JsonDocument page = await JsonDocument.ParseAsync(first, cancellationToken: cancellationToken);
        version = page.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
        watch.Start(() => $"{Path}?watch=true&resourceVersion={version}&timeoutSeconds=3000");
    }

    public int Ready => seen.Values.Count(static s => s.Ready);

    /// <summary>Not Ready, with the reason, for an error message.</summary>
    public string Example => seen.Values.FirstOrDefault(static s => !s.Ready)?.Text ?? "none was ever reported";

    /// <summary>How many were refreshed after that moment.</summary>
    public int RefreshedSince(long moment) => seen.Values.Count(s => s.Ready && s.RefreshedAt > moment);

    public bool IsReady(string name) => seen.TryGetValue(name, out Seen? one) && one.Ready;

    /// <summary>Returns how long it took.</summary>
    public Task<TimeSpan> UntilAsync(Func<bool> done, TimeSpan limit, CancellationToken cancellationToken) =>
        watch.UntilAsync(done, limit, () => $"{Ready} of {seen.Count} seen are Ready; {Example}", cancellationToken);

    public ValueTask DisposeAsync() => watch.DisposeAsync();

    private void Note(string line)
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

        version = meta.GetProperty("resourceVersion").GetString() ?? version;
    }

    private sealed class Seen
    {
        public volatile bool Ready;
        public string Refreshed = "";
        public long RefreshedAt;
        public string Text = "";
    }
}
