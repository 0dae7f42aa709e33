using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// Watches exactly the objects of a kind that this node uses, so that an edit costs the API server one event for each node concerned. An
/// object that nobody has asked for or holds for a while is let go. Large ones, and what is more than a bound for all, are read each time instead
/// of being held: whoever writes them shall not fill the memory that others need. An edit of those counts at the next refresh.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="type">The kind.</param>
/// <param name="inUse">Whether a volume of this node uses the object.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed class UsedObjects<T>(IKubeApi api, ResourceType<T> type, Predicate<ObjectKey> inUse, TimeProvider time, ILogger log) : BackgroundService
    where T : KubeObject
{
    /// <summary>As JSON. Ordinary ones have some thousand bytes; an API server takes more than a million.</summary>
    public const long LargestBytes = 128 << 10;
    private const long MostBytes = 8 << 20;

    /// <summary>At once, as their size is known only then.</summary>
    private const int MostReads = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> NoMarks = [];

    private readonly ConcurrentDictionary<ObjectKey, Watched> watched = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim reads = new(MostReads, MostReads);
    private CancellationToken stopping;
    private long held;

    /// <summary>Told when an object in use was edited or deleted; a new status is no edit.</summary>
    public Action<ObjectKey>? Changed { get; set; }

    public int Count => watched.Count;

    /// <summary>The size of all that is held, as JSON.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>The object; null when it does not exist. Throws while the API server is away and the object was never read.</summary>
    public async Task<T?> FindAsync(string ns, string name, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(ns, name);
        if (watched.TryGetValue(key, out Watched? known) && known.Informer.Synced.IsCompletedSuccessfully)
        {
            known.AskedAt = time.GetUtcNow();
            if (known.Informer.Find(key) is { } found)
            {
                return found;
            }

            // Perhaps it was created just now, and the watch is behind: absence is asked for.
            return await ReadAsync(key, cancellationToken);
        }

        T? read = await ReadAsync(key, cancellationToken);
        if (read is not null)
        {
            Watch(read);
        }

        return read;
    }

    public override void Dispose()
    {
        reads.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        stopping = stoppingToken;
        try
        {
            while (true)
            {
                await Task.Delay(Patience, time, stoppingToken);
                foreach ((ObjectKey key, Watched one) in watched)
                {
                    if (!inUse(key) && time.GetUtcNow() - one.AskedAt > Patience)
                    {
                        await LetGoAsync(key, one);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task<T?> ReadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await reads.WaitAsync(cancellationToken);
        try
        {
            return await api.GetAsync(type, key, cancellationToken);
        }
        finally
        {
            reads.Release();
        }
    }

    private void Watch(T read)
    {
        ObjectKey key = read.Key;
        var informer = new Informer<T>(api, type, KubeQuery.One(key), time, log);
        var one = new Watched(informer, CancellationTokenSource.CreateLinkedTokenSource(stopping)) { AskedAt = time.GetUtcNow() };
        if (!Weigh(one, JsonSize.Of(read, type.Json)) || !watched.TryAdd(key, one))
        {
            Weigh(one, 0);
            one.Stop.Dispose();
            return;
        }

        // The first list usually says what was just read: only another edition is news.
        string edition = EditionOf(read);
        informer.Changed = (next, gone) =>
        {
            if (!gone && !Weigh(one, JsonSize.Of(next, type.Json)))
            {
                _ = LetGoAsync(key, one);
            }

            string now = gone ? "" : EditionOf(next);
            if (now != edition)
            {
                edition = now;
                Changed?.Invoke(key);
            }
        };
        _ = RunAsync(informer, one.Stop.Token);
    }

    /// <summary>Counts it at its size of now; false when it is too large to be held.</summary>
    private bool Weigh(Watched one, long bytes)
    {
        lock (gate)
        {
            long after = held - one.Bytes + bytes;
            if (bytes > LargestBytes || (bytes > one.Bytes && after > MostBytes))
            {
                return false;
            }

            (held, one.Bytes) = (after, bytes);
            return true;
        }
    }

    private async Task LetGoAsync(ObjectKey key, Watched one)
    {
        if (watched.TryRemove(KeyValuePair.Create(key, one)))
        {
            Weigh(one, 0);
            await one.Stop.CancelAsync();
            one.Stop.Dispose();
        }
    }

    /// <summary>Differs for any two editions; the same whatever the status is.</summary>
    private static string EditionOf(T one)
    {
        ObjectMeta meta = one.Metadata;
        string marks = string.Join('\n', (meta.Labels ?? NoMarks).Concat(meta.Annotations ?? NoMarks)
            .OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key.Length}:{m.Key}={m.Value}"));
        return $"{meta.Uid}\n{meta.Generation?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? meta.ResourceVersion}\n{marks}";
    }

    private static async Task RunAsync(Informer<T> informer, CancellationToken cancellationToken)
    {
        try
        {
            await informer.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Let go, or the process ends.
        }
    }

    private sealed record Watched(Informer<T> Informer, CancellationTokenSource Stop)
    {
        public DateTimeOffset AskedAt { get; set; }

        public long Bytes { get; set; }
    }
}
