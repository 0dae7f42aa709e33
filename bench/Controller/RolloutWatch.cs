using System.Collections.Concurrent;
using System.Text.Json;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>One watch of the fleet: which Deployments have a record, and what the mark on each one's pod template is.</summary>
internal sealed class RolloutWatch : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> marks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> recorded = new(StringComparer.Ordinal);
    private readonly RunningWatch watch;

    public RolloutWatch(ControlPlane plane) => watch = new RunningWatch(plane, Note);

    public int Recorded => recorded.Count;

    public void Start() => watch.Start(static () => $"{Fleet.Deployments}?watch=true&resourceVersion=0&timeoutSeconds=3000");

    /// <summary>The marks as they are now.</summary>
    public Dictionary<string, string> Marks() => new(marks, StringComparer.Ordinal);

    /// <summary>How many have another mark than then.</summary>
    public int RolledSince(IReadOnlyDictionary<string, string> then) => marks.Count(m => then.GetValueOrDefault(m.Key, "") != m.Value);

    /// <summary>Returns how long it took.</summary>
    public Task<TimeSpan> UntilAsync(Func<bool> done, TimeSpan limit, CancellationToken cancellationToken) =>
        watch.UntilAsync(done, limit, () => $"{Recorded} have a record: see artifacts/bench/controller.log", cancellationToken);

    public ValueTask DisposeAsync() => watch.DisposeAsync();

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
