using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Hosting;

/// <summary>
/// What is held of each pod of the node. A pod's author may write 256 KiB of annotations and more than a megabyte of spec, pods that have ended
/// stay for long, and there may be hundreds: all of it would be held in the memory that the neighbours' volumes share.
/// </summary>
internal static class NodePods
{
    public const string ForceAnnotation = "secrets-store.csi.k8s.io/force-sync";

    private const int LongestForce = 253;

    /// <summary>Longer than any that is of use; enough of it to say so.</summary>
    private const int LongestWish = 1024;

    /// <summary>Identity, state, addresses, and the annotations that are read here, each bounded.</summary>
    public static Pod Kept(Pod pod) => new()
    {
        Metadata = new ObjectMeta
        {
            Namespace = pod.Metadata.Namespace,
            Name = pod.Metadata.Name,
            Uid = pod.Metadata.Uid,
            ResourceVersion = pod.Metadata.ResourceVersion,
            DeletionTimestamp = pod.Metadata.DeletionTimestamp,
            Annotations = AnnotationsOf(pod.Metadata),
        },
        Spec = pod.Spec.HostNetwork is null ? PodSpec.Empty : new PodSpec { HostNetwork = pod.Spec.HostNetwork },
        Status = pod.Status,
    };

    /// <summary>Null where there is none of interest, as with most pods.</summary>
    private static Dictionary<string, string>? AnnotationsOf(ObjectMeta pod)
    {
        Dictionary<string, string>? kept = null;
        Keep(ForceAnnotation, static value => HashedName.Fit(value, LongestForce));
        Keep(HttpWish.Annotation, static value => value.Length > LongestWish ? value[..LongestWish] : value);
        Keep(SignalWish.Annotation, static value => value.Length > LongestWish ? value[..LongestWish] : value);
        return kept;

        void Keep(string name, Func<string, string> bounded)
        {
            if (pod.Annotation(name) is { } value)
            {
                (kept ??= new Dictionary<string, string>(StringComparer.Ordinal))[name] = bounded(value);
            }
        }
    }
}
