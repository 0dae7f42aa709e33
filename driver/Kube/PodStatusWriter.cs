using System.Collections.Concurrent;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// Writes SecretProviderClassPodStatus objects: only what changed, soon after it changed, coalesced, and never in anybody's way. What cannot
/// be written is tried again until it can. The peer's own objects are taken over by a replace.
/// </summary>
internal sealed class PodStatusWriter(IKubeApi api, string nodeName, TimeProvider time, ILogger<PodStatusWriter> log) : BackgroundService
{
    public const string NodeLabel = "internal.secrets-store.csi.k8s.io/node-name";
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    // A burst of mounts must not find the API server, often on the same few cores, busy with their statuses.
    private const int Parallel = 4;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ObjectKey, SecretProviderClassPodStatus> wanted = new();
    private readonly ConcurrentDictionary<ObjectKey, PodMountStatus> written = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly HeldBack held = new(time, FirstWait, LongestWait);
    private bool listed;
    private int failures;
    private string? trouble;

    /// <summary>Why statuses are late; null while they are not.</summary>
    public string? Trouble => Volatile.Read(ref trouble) ?? held.Why;

    /// <summary>How many are still to be written.</summary>
    public int Pending => wanted.Count;

    /// <summary>How many are known as they were written.</summary>
    public int Remembered => written.Count;

    /// <summary>Queues a pod's status. Returns at once; a newer one takes the place of one that is still queued.</summary>
    public void Write(PodIdentity pod, PodMountStatus status)
    {
        SecretProviderClassPodStatus one = NewObject(pod, status);
        wanted[one.Key] = one;
        Wake();
    }

    /// <summary>Returns once nothing of the pod's status is left to write.</summary>
    public async Task WrittenAsync(PodIdentity pod, string className, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(pod.Namespace, NameOf(pod, className));
        while (wanted.ContainsKey(key))
        {
            await Task.Delay(Glance, time, cancellationToken);
        }
    }

    /// <summary>The pod is gone, and its status with it. One of the same name that came meanwhile keeps what is still to be written of it.</summary>
    public void Forget(PodIdentity pod, string className)
    {
        var key = new ObjectKey(pod.Namespace, NameOf(pod, className));
        if (wanted.TryGetValue(key, out SecretProviderClassPodStatus? waiting) && waiting.Metadata.OwnerReferences?[0].Uid == pod.PodUid)
        {
            wanted.TryRemove(KeyValuePair.Create(key, waiting));
        }

        written.TryRemove(key, out _);
        held.Release(key);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            TimeSpan? again = null;
            while (true)
            {
                await SleepAsync(again, stoppingToken);
                again = await RoundAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is written by the next process: it is rebuilt from the volumes' state.
        }
    }

    /// <summary>Until there is something new to write, or for as long as that.</summary>
    private async Task SleepAsync(TimeSpan? wait, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timer = wait is { } span ? new CancellationTokenSource(span, time) : new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await wake.WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to try again what failed.
        }
    }

    /// <summary>Writes what may be written now; returns when to try again what failed, null when nothing did.</summary>
    private async Task<TimeSpan?> RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!listed)
            {
                await ListOwnAsync(cancellationToken);
                listed = true;
            }

            await WriteAllAsync(cancellationToken);
            failures = 0;
            trouble = null;
            return held.Next();
        }
        catch (SecretsException e)
        {
            TimeSpan wait = Jitter.Backoff(++failures, FirstWait, LongestWait);
            trouble = e.Message;
            KubeLog.StatusLate(log, $"({wanted.Count} waiting)", wait, e.Message);
            return wait;
        }
    }

    /// <summary>What a former process, or the peer, has written already.</summary>
    private async Task ListOwnAsync(CancellationToken cancellationToken) =>
        await api.ListAsync(
            ResourceTypes.PodStatuses,
            new KubeQuery { LabelSelector = $"{NodeLabel}={HashedName.Fit(nodeName, LongestLabel)}" },
            one => written[one.Key] = one.Status,
            cancellationToken);

    /// <summary>One that cannot be written is held back on its own. Throws when nothing could be: then it is the server.</summary>
    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        int done = 0;
        int failed = 0;
        SecretsException? last = null;
        await System.Threading.Tasks.Parallel.ForEachAsync(
            wanted.Where(w => !held.IsHeld(w.Key)).ToArray(),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (pair, token) =>
            {
                try
                {
                    await WriteIfNewAsync(pair, token);
                    Interlocked.Increment(ref done);
                }
                catch (SecretsException e)
                {
                    held.Add(pair.Key, e.Message);
                    LetGoOfGone(pair.Key);
                    last = e;
                    if (Interlocked.Increment(ref failed) >= Parallel && Volatile.Read(ref done) == 0)
                    {
                        throw; // the others would fare no better
                    }
                }
            });
        if (last is not null)
        {
            KubeLog.StatusLate(log, $"({failed} held back)", done == 0 ? throw last : held.Next() ?? TimeSpan.Zero, last.Message);
        }
    }

    private async Task WriteIfNewAsync(KeyValuePair<ObjectKey, SecretProviderClassPodStatus> pair, CancellationToken cancellationToken)
    {
        if (!written.TryGetValue(pair.Key, out PodMountStatus? last) || !Same(last, pair.Value.Status))
        {
            await WriteOneAsync(pair.Value, cancellationToken);
            written[pair.Key] = pair.Value.Status;
        }

        if (!wanted.TryRemove(pair))
        {
            LetGoOfGone(pair.Key);
        }

        held.Release(pair.Key);
    }

    /// <summary>The pod may have gone while its status was written: then nobody comes any more to take away what is known of it.</summary>
    private void LetGoOfGone(ObjectKey key)
    {
        if (!wanted.ContainsKey(key))
        {
            written.TryRemove(key, out _);
            held.Release(key);
        }
    }

    private async Task WriteOneAsync(SecretProviderClassPodStatus one, CancellationToken cancellationToken)
    {
        try
        {
            await api.CreateAsync(ResourceTypes.PodStatuses, one, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesConflict)
        {
            SecretProviderClassPodStatus? there = await api.GetAsync(ResourceTypes.PodStatuses, one.Key, cancellationToken);
            if (there is not null)
            {
                ObjectMeta metadata = there.Metadata with { Labels = Merged(there.Metadata.Labels, one.Metadata.Labels!), OwnerReferences = one.Metadata.OwnerReferences };
                await api.ReplaceAsync(ResourceTypes.PodStatuses, there with { Metadata = metadata, Status = one.Status }, cancellationToken);
            }
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesInvalid)
        {
            // The namespace is being deleted, or the like: no later try can succeed.
            KubeLog.StatusLate(log, one.Key.ToString(), TimeSpan.Zero, e.Message);
        }
    }

    private void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
    }

    private SecretProviderClassPodStatus NewObject(PodIdentity pod, PodMountStatus status) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = pod.Namespace,
            Name = NameOf(pod, status.SecretProviderClassName),
            Labels = new Dictionary<string, string> { [NodeLabel] = HashedName.Fit(nodeName, LongestLabel) },
            OwnerReferences = [new OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = pod.PodName, Uid = pod.PodUid }],
        },
        Status = status,
    };

    private static string NameOf(PodIdentity pod, string className) => HashedName.Fit($"{pod.PodName}-{pod.Namespace}-{className}", LongestName);

    private static bool Same(PodMountStatus a, PodMountStatus b) =>
        a.PodName == b.PodName && a.SecretProviderClassName == b.SecretProviderClassName && a.Mounted == b.Mounted
        && a.TargetPath == b.TargetPath && a.Objects.SequenceEqual(b.Objects);

    private static Dictionary<string, string> Merged(IReadOnlyDictionary<string, string>? old, IReadOnlyDictionary<string, string> ours)
    {
        var all = new Dictionary<string, string>(old ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach ((string key, string value) in ours)
        {
            all[key] = value;
        }

        return all;
    }
}
