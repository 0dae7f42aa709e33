using System.Collections.Concurrent;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>
/// The pods behind pod statuses. A status is a claim; what counts is the pod that exists with that UID and mounts the class. A pod is read
/// once for each status: what is asked of it does not change while it lives.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="driverName">Whose volumes count.</param>
/// <param name="exists">Whether there is still such a status: one that goes while its pod is read is not kept.</param>
internal sealed class MountingPods(IKubeApi api, string driverName, Predicate<ObjectKey> exists)
{
    private const string ClassAttribute = "secretProviderClass";

    /// <summary>From so many on, one list costs less.</summary>
    private const int ManyUnknown = 8;

    // By the status: its next writer's pod takes the place of the former one.
    private readonly ConcurrentDictionary<ObjectKey, (string Uid, Pod? Pod)> read = new();

    /// <summary>How many are kept.</summary>
    public int Count => read.Count;

    /// <summary>The pods that live, oldest first.</summary>
    /// <param name="statuses">Of one class.</param>
    /// <param name="className">The class.</param>
    /// <param name="anew">Nothing that was read before counts: somebody may be gone.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<MountingPod>> FindAsync(
        IReadOnlyList<SecretProviderClassPodStatus> statuses, string className, bool anew, CancellationToken cancellationToken)
    {
        SecretProviderClassPodStatus[] unknown = [.. statuses.Where(s => anew || !read.TryGetValue(s.Key, out (string Uid, Pod? Pod) known) || known.Uid != KeyOf(s).Uid)];
        if (unknown.Length >= ManyUnknown)
        {
            await ListAsync(unknown, cancellationToken);
        }
        else
        {
            foreach (SecretProviderClassPodStatus status in unknown)
            {
                Keep(status, await api.GetAsync(ResourceTypes.Pods, KeyOf(status).Pod, cancellationToken));
            }
        }

        return [.. statuses.Select(s => Of(s, className)).OfType<MountingPod>().Where(static p => p.Alive)
            .OrderBy(static p => p.Created).ThenBy(static p => p.Identity.PodName, StringComparer.Ordinal)];
    }

    public void Forget(SecretProviderClassPodStatus gone) => read.TryRemove(gone.Key, out _);

    private void Keep(SecretProviderClassPodStatus status, Pod? pod)
    {
        read[status.Key] = (KeyOf(status).Uid, pod);
        if (!exists(status.Key))
        {
            Forget(status);
        }
    }

    private async Task ListAsync(SecretProviderClassPodStatus[] unknown, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ObjectKey, Pod>();
        await api.ListAsync(
            ResourceTypes.Pods, new KubeQuery { Namespace = unknown[0].Metadata.Namespace }, pod => found[pod.Key] = pod, cancellationToken);
        foreach (SecretProviderClassPodStatus status in unknown)
        {
            Keep(status, found.GetValueOrDefault(KeyOf(status).Pod));
        }
    }

    private static (ObjectKey Pod, string Uid) KeyOf(SecretProviderClassPodStatus status) => (
        new ObjectKey(status.Metadata.Namespace, status.Status.PodName),
        status.Metadata.OwnerReferences?.FirstOrDefault(o => o.Kind == "Pod" && o.Name == status.Status.PodName)?.Uid ?? "");

    private MountingPod? Of(SecretProviderClassPodStatus status, string className)
    {
        (ObjectKey Pod, string Uid) key = KeyOf(status);
        if (key.Uid.Length == 0 || read.GetValueOrDefault(status.Key).Pod is not { } pod || pod.Metadata.Uid != key.Uid
            || pod.Spec.Volumes.FirstOrDefault(v => Mounts(v.Csi, className))?.Csi is not { } volume)
        {
            return null;
        }

        return new MountingPod
        {
            Identity = new PodIdentity
            {
                Namespace = pod.Metadata.Namespace,
                PodName = pod.Metadata.Name,
                PodUid = pod.Metadata.Uid,
                ServiceAccount = pod.Spec.ServiceAccountName.Length > 0 ? pod.Spec.ServiceAccountName : "default",
            },
            Created = pod.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue,
            Alive = pod.Metadata.DeletionTimestamp is null && pod.Status.Phase is not ("Succeeded" or "Failed"),
            Owners = OwnersOf(pod, status),
            Attributes = (volume.VolumeAttributes ?? new Dictionary<string, string>())
                .Where(static a => a.Key != ClassAttribute && !a.Key.StartsWith("csi.storage.k8s.io/", StringComparison.Ordinal))
                .ToDictionary(StringComparer.Ordinal),
            CredentialsSecret = volume.NodePublishSecretRef?.Name is { Length: > 0 } name ? name : null,
        };
    }

    private bool Mounts(CsiVolumeSource? volume, string className) =>
        volume?.Driver == driverName && volume.VolumeAttributes?.GetValueOrDefault(ClassAttribute) == className;

    /// <summary>None of them as the controller: a Secret may have several, and only one could be that.</summary>
    private static OwnerReference[] OwnersOf(Pod pod, SecretProviderClassPodStatus status) => pod.Metadata.OwnerReferences is { Count: > 0 } owners
        ? [.. owners.Select(static o => o with { Controller = null, BlockOwnerDeletion = null })]
        : [new OwnerReference
        {
            ApiVersion = $"{ResourceTypes.SecretsStoreGroup}/v1",
            Kind = "SecretProviderClassPodStatus",
            Name = status.Metadata.Name,
            Uid = status.Metadata.Uid,
        }];
}
