using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Local;

/// <summary>One inline CSI volume of a pod as a kubelet would publish it. Pure.</summary>
internal sealed record PodVolumeCall
{
    public required string VolumeId { get; init; }

    public required string TargetPath { get; init; }

    public required ObjectKey Pod { get; init; }

    public required string Volume { get; init; }

    /// <summary>The class that it names; empty when it names none.</summary>
    public required string ClassName { get; init; }

    /// <summary>The Secret whose keys go with the call; empty for none.</summary>
    public required string SecretName { get; init; }

    public required bool ReadOnly { get; init; }

    public required string FsGroup { get; init; }

    /// <summary>Attributes of the volume and the pod's identity, sorted.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Context { get; init; }

    /// <summary>A text that differs when the volume has to be published anew.</summary>
    public string Fingerprint => string.Join(
        '\0', [TargetPath, SecretName, FsGroup, ReadOnly.ToString(), .. Context.Select(c => $"{c.Key}\0{c.Value}")]);

    /// <summary>The volumes of one pod that belong to this driver.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="driver">The driver's name.</param>
    /// <param name="root">Below it the targets are <c>namespace/pod/volume</c>.</param>
    public static IEnumerable<PodVolumeCall> Of(Pod pod, string driver, string root) =>
        from volume in pod.Spec.Volumes
        where volume.Csi is { } csi && csi.Driver == driver
        select Of(pod, volume.Name, volume.Csi!, root);

    public NodePublishVolumeRequest ToRequest(IEnumerable<KeyValuePair<string, string>> secrets)
    {
        var request = new NodePublishVolumeRequest
        {
            VolumeId = VolumeId,
            TargetPath = TargetPath,
            Readonly = ReadOnly,
            VolumeCapability = new VolumeCapability
            {
                Mount = new VolumeCapability.Types.MountVolume { VolumeMountGroup = FsGroup },
                AccessMode = new VolumeCapability.Types.AccessMode { Mode = VolumeCapability.Types.AccessMode.Types.Mode.SingleNodeWriter },
            },
        };
        foreach ((string key, string value) in Context)
        {
            request.VolumeContext[key] = value;
        }

        foreach ((string key, string value) in secrets)
        {
            request.Secrets[key] = value;
        }

        return request;
    }

    private static PodVolumeCall Of(Pod pod, string volume, CsiVolumeSource csi, string root)
    {
        var context = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in csi.VolumeAttributes ?? new Dictionary<string, string>())
        {
            context[key] = value;
        }

        context["csi.storage.k8s.io/pod.name"] = pod.Metadata.Name;
        context["csi.storage.k8s.io/pod.namespace"] = pod.Metadata.Namespace;
        context["csi.storage.k8s.io/pod.uid"] = pod.Metadata.Uid;
        context["csi.storage.k8s.io/serviceAccount.name"] = pod.Spec.ServiceAccountName is { Length: > 0 } account ? account : "default";
        context["csi.storage.k8s.io/ephemeral"] = "true";
        return new PodVolumeCall
        {
            VolumeId = "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{pod.Metadata.Uid}/{volume}"))),
            TargetPath = Path.Combine(root, pod.Metadata.Namespace, pod.Metadata.Name, volume),
            Pod = pod.Key,
            Volume = volume,
            ClassName = context.GetValueOrDefault("secretProviderClass", ""),
            SecretName = csi.NodePublishSecretRef?.Name ?? "",
            ReadOnly = csi.ReadOnly == true,
            FsGroup = pod.Spec.SecurityContext?.FsGroup?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "",
            Context = [.. context],
        };
    }
}
