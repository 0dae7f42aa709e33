using CsiSecrets.Model;

namespace CsiSecrets.Volumes;

/// <summary>A checked NodePublishVolume request. It carries tokens and Secrets: never logged; the volume that it is for disposes it.</summary>
internal sealed class PublishRequest : IDisposable
{
    public required string VolumeId { get; init; }

    public required string TargetPath { get; init; }

    public required PodIdentity Pod { get; init; }

    public VolumeSource Source { get; init; }

    /// <summary>The attribute <c>secretProviderClass</c>, or <c>externalSecret</c>.</summary>
    public required string ClassName { get; init; }

    /// <summary>The volume's own attributes, cleared of every key that only the kubelet may set.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public required PodTokens Tokens { get; init; }

    /// <summary>The keys of the Secret that <c>nodePublishSecretRef</c> names.</summary>
    public required IReadOnlyDictionary<string, SecretBytes> Secrets { get; init; }

    /// <summary>The group of <c>volume_mount_group</c> (the pod's fsGroup); null when the kubelet passes none.</summary>
    public int? Group { get; init; }

    public string ClassRef => $"{Pod.Namespace}/{ClassName}";

    public void Dispose()
    {
        Tokens.Dispose();
        foreach (SecretBytes secret in Secrets.Values)
        {
            secret.Dispose();
        }
    }

    public override string ToString() => $"publish of {VolumeId}";
}
