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

    /// <summary>The fact, not older than <paramref name="maxAge"/> where the server answers; null when there is none.</summary>
    public async Task<T?> GetAsync(TKey key, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        Held one = held.GetOrAdd(key, static _ => new Held());
        await one.Gate.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (one.ReadAt == default || now - one.ReadAt > maxAge || now < one.ReadAt)
            {
                one.Fact = await read(key, cancellationToken);
                one.ReadAt = now;
            }

            return one.Fact;
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesUnavailable && one.Fact is not null)
        {
            return one.Fact;
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
            if (now - one.ReadAt > Forget)
            {
                held.TryRemove(key, out _);
            }
        }
    }

    private sealed class Held
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public T? Fact { get; set; }

        public DateTimeOffset ReadAt { get; set; }
    }
}
