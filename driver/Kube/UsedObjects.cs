using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// Watches exactly the objects of a kind that this node uses, so that an edit costs the API server one event for each node concerned. An
/// object that nobody has asked for or holds for a while is let go.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="type">The kind.</param>
/// <param name="inUse">Whether a volume of this node uses the object.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed class UsedObjects<T>(IKubeApi api, ResourceType<T> type, Predicate<ObjectKey> inUse, TimeProvider time, ILogger log) : BackgroundService
    where T : KubeObject
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> NoMarks = [];

    private readonly ConcurrentDictionary<ObjectKey, Watched> watched = new();
    private CancellationToken stopping;

    /// <summary>Told when an object in use was edited or deleted; a new status is no edit.</summary>
    public Action<ObjectKey>? Changed { get; set; }

    public int Count => watched.Count;

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
            return await api.GetAsync(type, key, cancellationToken);
        }

        T? read = await api.GetAsync(type, key, cancellationToken);
        if (read is not null)
        {
            Watch(read);
        }

        return read;
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
                    if (!inUse(key) && time.GetUtcNow() - one.AskedAt > Patience && watched.TryRemove(key, out _))
                    {
                        await one.Stop.CancelAsync();
                        one.Stop.Dispose();
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private void Watch(T read)
    {
        ObjectKey key = read.Key;
        var informer = new Informer<T>(api, type, KubeQuery.One(key), time, log);
        var one = new Watched(informer, CancellationTokenSource.CreateLinkedTokenSource(stopping)) { AskedAt = time.GetUtcNow() };
        if (!watched.TryAdd(key, one))
        {
            one.Stop.Dispose();
            return;
        }

        // The first list usually says what was just read: only another edition is news.
        string edition = EditionOf(read);
        informer.Changed = (next, gone) =>
        {
            string now = gone ? "" : EditionOf(next);
            if (now != edition)
            {
                edition = now;
                Changed?.Invoke(key);
            }
        };
        _ = RunAsync(informer, one.Stop.Token);
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
    }
}
