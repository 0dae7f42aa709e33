using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>In whose name a class is read, and with whom its Secrets are collected.</summary>
internal sealed record MirrorSource
{
    /// <summary>Without a pod: its name and UID are empty.</summary>
    public required PodIdentity Identity { get; init; }

    public bool OfPod => Identity.PodUid.Length > 0;

    /// <summary>Laid over the class's parameters.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public string? CredentialsSecret { get; init; }

    public IReadOnlyList<OwnerReference> Owners { get; init; } = [];

    /// <summary>Other ServiceAccounts whose pods share the Secrets.</summary>
    public IReadOnlyList<string> OtherAccounts { get; init; } = [];

    /// <summary>Another whenever what may be read could be another.</summary>
    public string Key => $"{Identity.Namespace}\n{Identity.ServiceAccount}\n{Identity.ServiceAccountUid}\n{Identity.PodUid}";
}
