using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>A second server, so that the peer's cases and the other tests of controllers run side by side.</summary>
[CollectionDefinition(Name)]
public sealed class RealServerOfPeerCases : ICollectionFixture<RealApiServer>
{
    public const string Name = "the peer's cases on a real API server";
}
