using System.Collections.Concurrent;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// Watches exactly the SecretProviderClasses that volumes of this node use, so that an edit costs the API server one event for each node
/// concerned. A class that nobody has asked for or holds for a while is let go.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="inUse">Whether a volume of this node uses the class.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed class ClassWatches(IKubeApi api, Predicate<ObjectKey> inUse, TimeProvider time, ILogger<ClassWatches> log) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<ObjectKey, Watched> watched = new();
    private CancellationToken stopping;

    /// <summary>Told when a class in use was edited or deleted.</summary>
    public Action<ObjectKey>? Changed { get; set; }

    public int Count => watched.Count;

    /// <summary>The class; null when it does not exist. Throws while the API server is away and the class was never read.</summary>
    public async Task<SecretProviderClass?> FindAsync(string ns, string name, CancellationToken cancellationToken)
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
            return await api.GetAsync(ResourceTypes.SecretProviderClasses, key, cancellationToken);
        }

        SecretProviderClass? read = await api.GetAsync(ResourceTypes.SecretProviderClasses, key, cancellationToken);
        if (read is not null)
        {
            Watch(key);
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

    private void Watch(ObjectKey key)
    {
        var informer = new Informer<SecretProviderClass>(api, ResourceTypes.SecretProviderClasses, KubeQuery.One(key), time, log);
        var one = new Watched(informer, CancellationTokenSource.CreateLinkedTokenSource(stopping)) { AskedAt = time.GetUtcNow() };
        if (!watched.TryAdd(key, one))
        {
            one.Stop.Dispose();
            return;
        }

        // What the first list says was just read: only what comes after it is news.
        informer.Synced.ContinueWith(_ => informer.Changed = (_, _) => Changed?.Invoke(key), TaskScheduler.Default);
        _ = RunAsync(informer, one.Stop.Token);
    }

    private static async Task RunAsync(Informer<SecretProviderClass> informer, CancellationToken cancellationToken)
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

    private sealed record Watched(Informer<SecretProviderClass> Informer, CancellationTokenSource Stop)
    {
        public DateTimeOffset AskedAt { get; set; }
    }
}
