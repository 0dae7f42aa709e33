using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.InPlace;

/// <summary>What in-place reload knows of its cluster, as delegates: the pods of its own node, which the driver watches anyway.</summary>
internal sealed record PodCluster
{
    /// <summary>Where there is no API server: nobody is ever found.</summary>
    public static readonly PodCluster None = new()
    {
        Synced = static _ => Task.CompletedTask,
        Pods = static () => [],
        Find = static _ => null,
        NodeAddresses = static _ => Task.FromResult<IReadOnlyList<string>>([]),
        Event = static (_, _, _) => { },
    };

    /// <summary>Returns once the pods of this node are known.</summary>
    public required Func<CancellationToken, Task> Synced { get; init; }

    /// <summary>All pods of this node.</summary>
    public required Func<IEnumerable<Pod>> Pods { get; init; }

    /// <summary>The pod of exactly that UID; null when it is gone, or not known yet.</summary>
    public required Func<PodIdentity, Pod?> Find { get; init; }

    /// <summary>The addresses of this node, as its Node object has them.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<string>>> NodeAddresses { get; init; }

    /// <summary>A warning on the pod: reason and message.</summary>
    public required Action<PodIdentity, string, string> Event { get; init; }
}
