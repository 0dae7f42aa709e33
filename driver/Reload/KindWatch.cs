using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload;

/// <summary>
/// A watch of a kind that the server may not have, or that we may not read: then nothing of it is followed, and it is looked for again later.
/// </summary>
internal sealed class KindWatch<T>(IKubeApi api, IReadOnlyList<ResourceType<T>> types, KubeQuery query, TimeProvider time, ILogger log)
    where T : KubeObject
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Informer<T>? informer;

    public Action<T, bool> Changed { get; set; } = static (_, _) => { };

    /// <summary>Completes when the first list has arrived, or it is sure that there is none.</summary>
    public Task Settled => settled.Task;

    /// <summary>Why what is known may be old; null while it is not, or while nothing is followed.</summary>
    public string? Trouble => settled.Task.IsCompleted ? informer?.Trouble : "not read yet";

    /// <summary>The version that this server has.</summary>
    public ResourceType<T>? Type { get; private set; }

    public T? Find(ObjectKey key) => informer?.Find(key);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            try
            {
                if (await ServedAsync(cancellationToken) is { } type)
                {
                    await FollowAsync(type, cancellationToken);
                }

                settled.TrySetResult();
                failures = 0;
                await Task.Delay(LookAgain, time, cancellationToken);
            }
            catch (SecretsException e)
            {
                ReloadLog.Failed(log, e.Message);
                await Task.Delay(Jitter.Backoff(++failures, FirstWait, LongestWait), time, cancellationToken);
            }
        }
    }

    private async Task FollowAsync(ResourceType<T> type, CancellationToken cancellationToken)
    {
        Type = type;
        var found = new Informer<T>(api, type, query, time, log) { Changed = (one, gone) => Changed(one, gone) };
        informer = found;
        Task running = found.RunAsync(cancellationToken);
        await Task.WhenAny(running, found.Synced);
        settled.TrySetResult();
        await running;
    }

    private async Task<ResourceType<T>?> ServedAsync(CancellationToken cancellationToken)
    {
        foreach (ResourceType<T> type in types)
        {
            try
            {
                // Any name will do: only the answer to an unserved or forbidden kind differs.
                await api.GetAsync(type, new ObjectKey(query.Namespace.Length > 0 ? query.Namespace : "default", "is-this-kind-served"), cancellationToken);
                return type;
            }
            catch (SecretsException e) when (KubeErrors.IsNotServed(e) || e.Reason == FailureReason.KubernetesDenied)
            {
                if (!settled.Task.IsCompleted)
                {
                    ReloadLog.NotFollowed(log, $"{type.ApiVersion} {type.Kind}", e.Message);
                }
            }
        }

        return null;
    }
}
