using System.Net;
using CsiSecrets.InPlace.Http;
using CsiSecrets.Posix;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Publishing;
using CsiSecrets.Telemetry;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>What differs between a node in a cluster, the local mode and a test.</summary>
internal sealed record NodeParts
{
    public required IMounts Mounts { get; init; }

    public required TimeProvider Time { get; init; }

    public required Meters Meters { get; init; }

    public required NodeCluster Cluster { get; init; }

    public required IReadOnlyList<ISecretProvider> Providers { get; init; }

    /// <summary>The providers that stores may name, for ExternalSecret volumes.</summary>
    public IReadOnlyList<IStoreProvider> Stores { get; init; } = [];

    public DenialMemory Denials { get; init; } = DenialMemory.None;

    /// <summary>The kernel's boot id.</summary>
    public required string BootId { get; init; }

    /// <summary>Told after each step of the pipeline; a test dies here.</summary>
    public Action<PublishStep> Passed { get; init; } = static _ => { };

    /// <summary>Opens a connection to a pod; a test leads it elsewhere.</summary>
    public Func<IPEndPoint, CancellationToken, ValueTask<Stream>> Dial { get; init; } = HttpReload.DialAsync;

    /// <summary>Where processes are seen.</summary>
    public string Proc { get; init; } = "/proc";

    /// <summary>Where else log lines go, or where instead.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = static _ => { };

    /// <summary>The same after each step of a swap of files.</summary>
    public Action<SwapStep>? Swapping { get; init; }
}
