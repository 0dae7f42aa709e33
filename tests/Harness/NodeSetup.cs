using CsiSecrets.Hosting;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Harness;

/// <summary>What a test may want different about a <see cref="NodeUnderTest"/>.</summary>
internal sealed record NodeSetup
{
    public Action<NodeOptions> Options { get; init; } = static _ => { };

    /// <summary>Made anew at each start, as a process does; null is the <see cref="FakeProvider"/> alone, which outlives restarts.</summary>
    public Func<NodeOptions, ClusterAccess, TimeProvider, ProviderSet>? Providers { get; init; }

    /// <summary>Signs the tokens that the kubelet passes; null for unsigned ones, which the driver itself does not look at.</summary>
    public ITokenSource? Tokens { get; init; }

    /// <summary>Where the node sees processes.</summary>
    public string Proc { get; init; } = "/proc";

    /// <summary>The audiences for which the CSIDriver asks tokens and the kubelet passes them.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [NodeUnderTest.FirstAudience];
}

/// <summary>The providers of one process.</summary>
internal sealed record ProviderSet(IReadOnlyList<ISecretProvider> Providers, DenialMemory Denials, IDisposable? Owned = null, IReadOnlyList<IStoreProvider>? Stores = null);
