using System.Collections.Concurrent;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Stores;

/// <summary>Keys of Secrets that stores refer to, each read once for all who ask within a few seconds, then cleared.</summary>
internal sealed class SecretReferences(ClusterAccess cluster, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<(string Namespace, string Name, string Key), Held> held = new();

    /// <summary>The value, which the receiver owns. Throws ReferenceMissing when there is none.</summary>
    public async Task<SecretBytes> GetAsync(ObjectReference reference, string ns, string storeRef, CancellationToken cancellationToken)
    {
        Held one = await EnterAsync((ns, reference.Name, reference.Key), cancellationToken);
        try
        {
            if (one.Value is null || time.GetElapsedTime(one.ReadAt) > MaxAge)
            {
                Sweep();
                one.Clear();
                one.Value = await cluster.FindSecretKey(ns, reference.Name, reference.Key, cancellationToken);
                one.ReadAt = time.GetTimestamp();
            }

            return one.Value?.Share() ?? throw reference.Missing(storeRef, "Secret", ns);
        }
        finally
        {
            one.Gate.Release();
        }
    }

    public int Count => held.Count;

    public void Dispose()
    {
        foreach (Held one in held.Values)
        {
            one.Clear();
        }
    }

    private async Task<Held> EnterAsync((string Namespace, string Name, string Key) key, CancellationToken cancellationToken)
    {
        while (true)
        {
            Held one = held.GetOrAdd(key, static _ => new Held());
            await one.Gate.WaitAsync(cancellationToken);
            if (!one.Gone)
            {
                return one;
            }

            one.Gate.Release();
        }
    }

    /// <summary>Forgets what is past its age and not being read now.</summary>
    private void Sweep()
    {
        foreach (((string, string, string) key, Held one) in held)
        {
            if (time.GetElapsedTime(one.ReadAt) <= MaxAge || !one.Gate.Wait(0))
            {
                continue;
            }

            one.Clear();
            one.Gone = held.TryRemove(KeyValuePair.Create(key, one));
            one.Gate.Release();
        }
    }

    private sealed class Held
    {
        /// <summary>Single flight: whoever waits takes what the first one read.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public SecretBytes? Value { get; set; }

        public long ReadAt { get; set; }

        /// <summary>Another has taken its place, or will.</summary>
        public bool Gone { get; set; }

        public void Clear()
        {
            Value?.Dispose();
            Value = null;
        }
    }
}
