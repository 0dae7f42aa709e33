using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Objects whose last write failed, each with its own wait, so that one that cannot be written is in nobody else's way.</summary>
internal sealed class HeldBack(TimeProvider time, TimeSpan first, TimeSpan longest)
{
    private readonly ConcurrentDictionary<ObjectKey, Hold> holds = new();

    /// <summary>Why one of them is late; null when there is none.</summary>
    public string? Why => holds.Values.FirstOrDefault()?.Why;

    public bool IsHeld(ObjectKey key) => holds.TryGetValue(key, out Hold? hold) && hold.Until > Now;

    /// <summary>Holds it, longer each time.</summary>
    public void Add(ObjectKey key, string why)
    {
        int count = (holds.GetValueOrDefault(key)?.Failures ?? 0) + 1;
        holds[key] = new Hold(count, Now + Jitter.Backoff(count, first, longest), why);
    }

    public void Release(ObjectKey key) => holds.TryRemove(key, out _);

    /// <summary>How long until the first may be tried again; null when there is none.</summary>
    public TimeSpan? Next()
    {
        TimeSpan now = Now;
        return holds.Values.Min(h => (TimeSpan?)(h.Until > now ? h.Until - now : TimeSpan.Zero));
    }

    // By elapsed time: a clock that is set back must not hold anything for as long.
    private TimeSpan Now => time.GetElapsedTime(0);

    private sealed record Hold(int Failures, TimeSpan Until, string Why);
}
