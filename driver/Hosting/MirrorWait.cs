using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>
/// Holds a pod's start until the controller has made the Secrets of its class, so that variables from them are there at the first start. What
/// a node knows of it is the class's status; Secrets it cannot see.
/// </summary>
/// <param name="classes">The watched classes of this node.</param>
/// <param name="statuses">The writer of pod statuses: the controller begins with one.</param>
/// <param name="atMost">How long.</param>
/// <param name="time">Clock.</param>
internal sealed class MirrorWait(UsedObjects<SecretProviderClass> classes, PodStatusWriter statuses, TimeSpan atMost, TimeProvider time)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Never throws: a pod starts without its Secrets rather than not at all, and the kubelet waits for a variable's Secret by itself.</summary>
    public async Task WaitAsync(VolumeState state, CancellationToken cancellationToken)
    {
        if (atMost <= TimeSpan.Zero || state.Source != VolumeSource.SecretProviderClass)
        {
            return;
        }

        using var limit = new CancellationTokenSource(atMost, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            bool told = false;
            while (await classes.FindAsync(state.Pod.Namespace, state.ClassName, both.Token) is { Spec.SecretObjects.Count: > 0 } found)
            {
                if (!told)
                {
                    await statuses.WrittenAsync(state.Pod, state.StatusName, both.Token);
                    told = true;
                }

                if (IsMirrored(found))
                {
                    return;
                }

                await Task.Delay(Glance, time, both.Token);
            }
        }
        catch (Exception e) when (e is SecretsException or OperationCanceledException)
        {
            // The wait is over.
        }
    }

    private static bool IsMirrored(SecretProviderClass of) =>
        of.Status is { } status && status.ObservedGeneration == of.Metadata.Generation
        && of.Spec.SecretObjects.All(o => status.SecretObjects.Any(s => s.SecretName == o.SecretName.Trim() && s.Error is null));
}
