using System.Collections.Concurrent;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// A watched copy of some objects: list, watch, and begin again with backoff when the server goes away. While it is away the last known
/// objects are served.
/// </summary>
internal sealed class Informer<T>(IKubeApi api, ResourceType<T> type, KubeQuery query, TimeProvider time, ILogger log)
    where T : KubeObject
{
    /// <summary>A watch may end, or be too old, as soon as it began; more in a row are a server that is to be spared.</summary>
    private const int Tolerated = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ObjectKey, T> objects = new();
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? opened;
    private int failures;
    private int endedAtOnce;

    /// <summary>Told of each object that is new or another, and of each that is gone (the second is then true).</summary>
    public Action<T, bool>? Changed { get; set; }

    /// <summary>What of an object is held; all of it where nobody says otherwise.</summary>
    public Func<T, T> Kept { get; init; } = static one => one;

    /// <summary>Completes when the first list has arrived.</summary>
    public Task Synced => synced.Task;

    /// <summary>Why the copy may be old; null while the watch runs.</summary>
    public string? Trouble { get; private set; } = "not read yet";

    public T? Find(ObjectKey key) => objects.GetValueOrDefault(key);

    public IEnumerable<T> All => objects.Values;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string version = "";
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (version.Length == 0)
                {
                    version = await ListAsync(cancellationToken);
                }

                opened = null;
                (version, bool lived) = await WatchAsync(version, cancellationToken);

                // Since it stood: a server that takes its time to open one is to be spared no less.
                bool stood = opened is { } since && time.GetElapsedTime(since) > LongestWait;
                endedAtOnce = lived || stood ? 0 : endedAtOnce + 1;
                if (endedAtOnce > Tolerated)
                {
                    await Task.Delay(Jitter.Backoff(endedAtOnce - Tolerated, FirstWait, LongestWait), time, cancellationToken);
                }
            }
            catch (SecretsException e)
            {
                version = e.Reason == FailureReason.KubernetesUnavailable ? version : "";
                Failed(e);
                await Task.Delay(Jitter.Backoff(failures, FirstWait, LongestWait), time, cancellationToken);
            }
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var seen = new HashSet<ObjectKey>();
        string version = await api.ListAsync(type, query, one =>
        {
            seen.Add(one.Key);
            Put(one);
        }, cancellationToken);
        foreach (ObjectKey gone in objects.Keys.Where(k => !seen.Contains(k)).ToList())
        {
            Remove(gone);
        }

        synced.TrySetResult();
        return version;
    }

    /// <summary>
    /// Follows one watch to its end. Answers the version to go on from, empty to list again, and whether it brought anything: an answer alone
    /// is no recovery, or a server whose watches break would be asked each second.
    /// </summary>
    private async Task<(string Version, bool Lived)> WatchAsync(string version, CancellationToken cancellationToken)
    {
        bool lived = false;
        await foreach (WatchEvent<T> e in api.WatchAsync(type, query, version, cancellationToken))
        {
            switch (e.Kind)
            {
                case WatchKind.Opened:
                    opened = time.GetTimestamp();
                    Trouble = null;
                    continue;
                case WatchKind.Expired:
                    return ("", lived);
                case WatchKind.Deleted when e.Object is not null:
                    Remove(e.Object.Key);
                    break;
                case WatchKind.Added or WatchKind.Modified when e.Object is not null:
                    Put(e.Object);
                    break;
            }

            lived = true;
            Recovered();
            version = e.ResourceVersion.Length > 0 ? e.ResourceVersion : version;
        }

        Recovered();
        return (version, lived);
    }

    private void Put(T read)
    {
        T one = Kept(read);
        bool same = objects.TryGetValue(one.Key, out T? before) && before.Metadata.ResourceVersion == one.Metadata.ResourceVersion
            && before.Metadata.ResourceVersion.Length > 0;
        objects[one.Key] = one;
        if (!same)
        {
            Changed?.Invoke(one, false);
        }
    }

    private void Remove(ObjectKey key)
    {
        if (objects.TryRemove(key, out T? gone))
        {
            Changed?.Invoke(gone, true);
        }
    }

    private void Failed(SecretsException e)
    {
        if (opened is { } since && time.GetElapsedTime(since) > LongestWait)
        {
            Recovered(); // where nothing changes, a watch that stood is all that there is to see
        }

        opened = null;
        if (failures++ == 0)
        {
            KubeLog.WatchDown(log, type.Kind, query.FieldSelector, e.Message);
        }

        Trouble = e.Message;
    }

    private void Recovered()
    {
        if (failures > 0)
        {
            KubeLog.WatchBack(log, type.Kind, query.FieldSelector, failures);
        }

        failures = 0;
        Trouble = null;
    }
}
