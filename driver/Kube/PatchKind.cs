namespace CsiSecrets.Kube;

internal enum PatchKind
{
    /// <summary>RFC 7386.</summary>
    Merge,

    /// <summary>RFC 6902.</summary>
    Json,
}
