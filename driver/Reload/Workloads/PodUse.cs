using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Workloads;

/// <summary>What a pod template says that matters here.</summary>
internal sealed record PodUse
{
    public static readonly PodUse None = new();

    /// <summary>The template's own annotations; null where it has none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>False: the template has no metadata at all.</summary>
    public bool HasMetadata { get; init; }

    public IReadOnlyList<ContainerUse> Containers { get; init; } = [];

    public IReadOnlyList<ContainerUse> InitContainers { get; init; } = [];

    /// <summary>Volume name and one source of it; a projected volume has several.</summary>
    public IReadOnlyList<(string Volume, SourceKey Source)> Volumes { get; init; } = [];

    /// <summary>Every source that is referred to, once.</summary>
    public IEnumerable<SourceKey> Sources => Volumes.Select(static v => v.Source)
        .Concat(Containers.Concat(InitContainers).SelectMany(static c => c.Environment)).Distinct();

    /// <summary>
    /// The container that bears the mark of a source: the one that uses it, or the first where only an init container does. Null where the
    /// source is not used.
    /// </summary>
    public int? ContainerOf(SourceKey source)
    {
        if (Containers.Count == 0)
        {
            return null;
        }

        HashSet<string> volumes = [.. Volumes.Where(v => v.Source == source).Select(static v => v.Volume)];
        return Find(Containers, c => c.Mounts.Any(volumes.Contains))
            ?? (InitContainers.Any(c => c.Mounts.Any(volumes.Contains)) ? 0 : (int?)null)
            ?? Find(Containers, c => c.Environment.Contains(source))
            ?? (InitContainers.Any(c => c.Environment.Contains(source)) ? 0 : (int?)null);
    }

    private static int? Find(IReadOnlyList<ContainerUse> containers, Func<ContainerUse, bool> uses)
    {
        for (int i = 0; i < containers.Count; i++)
        {
            if (uses(containers[i]))
            {
                return i;
            }
        }

        return null;
    }
}
