namespace CsiSecrets.Mirroring;

/// <summary>By which marks one family of mirrored Secrets is known, and what of a Secret may become theirs.</summary>
internal sealed record MirrorStyle
{
    /// <summary>The Secrets of ExternalSecrets, as External Secrets Operator has them.</summary>
    public static readonly MirrorStyle ExternalSecrets = new()
    {
        Managed = Marks.Managed,
        PeerManagerPrefix = Marks.PeerManagerPrefix,
        TypeRemedy = "set spec.target.template.type to",
        Records = true,
    };

    /// <summary>The Secrets of a SecretProviderClass, as secrets-store-csi-driver has them: known by one label, and no other is ever written.</summary>
    public static readonly MirrorStyle SecretObjects = new()
    {
        Managed = "secrets-store.csi.k8s.io/managed",
        PeerManagerPrefix = "csi-secrets-store",
        TypeRemedy = "set the type of the entry of spec.secretObjects to",
        MarkedOnly = true,
    };

    /// <summary>The label, <c>true</c> on each of them.</summary>
    public required string Managed { get; init; }

    /// <summary>The peer's field managers begin with it.</summary>
    public required string PeerManagerPrefix { get; init; }

    public required string TypeRemedy { get; init; }

    /// <summary>Who put what there is recorded on the Secret, and the hash of its data with it.</summary>
    public bool Records { get; init; }

    /// <summary>A Secret without the label is somebody else's and stays as it is.</summary>
    public bool MarkedOnly { get; init; }
}
