using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>The object that a Secret's content comes from.</summary>
internal sealed record Contributor
{
    public const string ExternalSecretKind = "ExternalSecret";
    private const string Group = "external-secrets.io/";

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public string Kind { get; init; } = ExternalSecretKind;

    /// <summary>How the record on the Secret names it. Without the uid: one that is made again goes on with its keys.</summary>
    public string Label => Kind == ExternalSecretKind ? Name : $"{Kind}/{Name}";

    /// <summary>The owner reference of an ExternalSecret.</summary>
    public static OwnerReference OwnerOf(string name, string uid) => new()
    {
        ApiVersion = Group + "v1",
        Kind = ExternalSecretKind,
        Name = name,
        Uid = uid,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    public static bool IsExternalSecret(OwnerReference owner) =>
        owner.Kind == ExternalSecretKind && owner.ApiVersion.StartsWith(Group, StringComparison.Ordinal);

    /// <summary>Whether the reference names this contributor; versions and uids come and go.</summary>
    public bool Is(OwnerReference owner) => Kind == ExternalSecretKind && IsExternalSecret(owner) && owner.Name == Name;

    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
