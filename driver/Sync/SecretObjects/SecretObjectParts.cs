using CsiSecrets.Kube;
using CsiSecrets.Providers;
using CsiSecrets.Resolution.Classes;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>What is made once for the process and serves every term.</summary>
internal sealed record SecretObjectTools
{
    public required ClassReader Reader { get; init; }

    public required ClassFiles Files { get; init; }

    public required ClusterAccess Access { get; init; }
}

/// <summary>What a look at a class is made with.</summary>
internal sealed record SecretObjectParts
{
    public required IKubeApi Api { get; init; }

    public required SecretObjectTools Tools { get; init; }

    public required SecretObjectWatches Watches { get; init; }

    public required SourceFinder Sources { get; init; }

    public required MirrorTokens Tokens { get; init; }

    public required SecretObjectWriter Writer { get; init; }

    public required SecretObjectLeftovers Leftovers { get; init; }

    public required SyncOptions Options { get; init; }

    public required TimeProvider Time { get; init; }
}
