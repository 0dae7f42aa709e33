using CsiSecrets.Csi;
using CsiSecrets.InPlace;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>What a node needs of its cluster, as delegates: filled from an API server, or from a folder in the local mode.</summary>
internal sealed record NodeCluster
{
    public required Func<string, string, CancellationToken, Task<SecretProviderClass?>> FindClass { get; init; }

    /// <summary>What ExternalSecret volumes read.</summary>
    public ExternalSecretCluster ExternalSecrets { get; init; } = ExternalSecretCluster.None;

    /// <summary>The CSIDriver object; null while it is not known.</summary>
    public required Func<DriverFacts?> DriverFacts { get; init; }

    public required ClusterAccess Access { get; init; }

    /// <summary>A volume's pod status wants writing.</summary>
    public required Action<VolumeState> WriteStatus { get; init; }

    /// <summary>Returns once the Secrets that mirror the volume's class are there, or the wait for them is over.</summary>
    public Func<VolumeState, CancellationToken, Task> Mirrored { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>An event on the volume's pod: reason, message, and whether it is a warning.</summary>
    public required Action<VolumeState, string, string, bool> PodEvent { get; init; }

    public required Action<VolumeState> Unpublished { get; init; }

    /// <summary>A volume's refreshes succeed again, and its files were right all the time. An API server is not told: no event says so.</summary>
    public Action<VolumeState> Recovered { get; init; } = static _ => { };

    /// <summary>The pods of this node, for in-place reload.</summary>
    public PodCluster Neighbours { get; init; } = PodCluster.None;

    /// <summary>The kubelet confirmed the registration.</summary>
    public required Action Registered { get; init; }

    /// <summary>What runs beside the driver: watches, writers.</summary>
    public required IReadOnlyList<IHostedService> Services { get; init; }

    /// <summary>Fills <c>/readyz</c>.</summary>
    public required Action<Readiness> AddChecks { get; init; }

    /// <summary>Called with the volumes once they are recovered, and with the refresh loop, so that watches can wake it.</summary>
    public required Action<VolumeStore, RotationService> Connect { get; init; }

    /// <summary>Called with in-place reload where it is on, so that watches can wake it.</summary>
    public Action<ReloadNotices> Tell { get; init; } = static _ => { };
}
