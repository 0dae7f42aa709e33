using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>
/// Where the key of the status's hashes comes from: a Secret in the controller's own namespace, so that a restart changes no hash. Where the
/// controller may not keep one, a key of the process's own serves: then a hash counts only beside the write that it was made with.
/// </summary>
internal sealed class MirrorKey(IKubeApi api, SyncOptions options, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public async Task<MirrorHash> LoadAsync(CancellationToken cancellationToken)
    {
        var name = new ObjectKey(options.KeyNamespace, options.MirrorKeyName);
        for (int failures = 1; ; failures++)
        {
            try
            {
                return new MirrorHash(await new StoredKey(api, name).LoadAsync(cancellationToken), isKept: true);
            }
            catch (SecretsException e) when (e.Reason is FailureReason.KubernetesDenied or FailureReason.KubernetesInvalid)
            {
                SyncLog.Failed(log, "the key of mirrors' hashes is this process's own:", name.ToString(), e.Message);
                return MirrorHash.OfThisProcess();
            }
            catch (SecretsException e)
            {
                SyncLog.Failed(log, "Secret", name.ToString(), e.Message);
                await Task.Delay(Jitter.Backoff(failures, FirstWait, LongestWait), time, cancellationToken);
            }
        }
    }
}
