using System.Collections.Concurrent;
using CsiSecrets.Model;

namespace CsiSecrets.Kube;

/// <summary>Facts read one by one, each held as long as its reader allows. While the API server is away the last known fact serves: it was true,
/// and nobody can have been told otherwise.</summary>
internal sealed class FactCache<TKey, T>(Func<TKey, CancellationToken, Task<T?>> read, TimeProvider time)
    where TKey : notnull
    where T : class
{
    private static readonly TimeSpan Forget = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<TKey, Held> held = new();

    public int Count => held.Count;

    /// <summary>The fact, not older than <paramref name="maxAge"/> where the server answers; null when there is none.</summary>
    public async Task<T?> GetAsync(TKey key, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        Held one = held.GetOrAdd(key, static _ => new Held());
        if (one.Known is { } known && known.Serves(maxAge, time.GetUtcNow()))
        {
            return known.Fact;
        }

        await one.Gate.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (one.Known is not { } seen || !seen.Serves(maxAge, now))
            {
                one.Known = seen = new Reading(await read(key, cancellationToken), now);
            }

            return seen.Fact;
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesUnavailable && one.Known?.Fact is { } last)
        {
            return last;
        }
        finally
        {
            one.Gate.Release();
            Sweep();
        }
    }

    private void Sweep()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach ((TKey key, Held one) in held.Count > 1000 ? held : [])
        {
            // One that could never be read is nothing to keep, unless somebody reads it now.
            if (one.Known is { } known ? now - known.At > Forget : one.Gate.CurrentCount > 0)
            {
                held.TryRemove(key, out _);
            }
        }
    }

    private sealed class Held
    {
        private Reading? known;

        /// <summary>One reader at a time asks the server; what is known is read without it.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public Reading? Known
        {
            get => Volatile.Read(ref known);
            set => Volatile.Write(ref known, value);
        }
    }

    private sealed record Reading(T? Fact, DateTimeOffset At)
    {
        public bool Serves(TimeSpan maxAge, DateTimeOffset now) => now >= At && now - At <= maxAge;
    }
}
