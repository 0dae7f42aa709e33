using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Workloads;

/// <summary>What a container takes from sources.</summary>
internal sealed record ContainerUse
{
    public required string Name { get; init; }

    /// <summary>Sources of variables.</summary>
    public IReadOnlyList<SourceKey> Environment { get; init; } = [];

    /// <summary>Names of mounted volumes.</summary>
    public IReadOnlyList<string> Mounts { get; init; } = [];

    /// <summary>Whether there is a list of variables to append to.</summary>
    public bool HasVariables { get; init; }

    /// <summary>Reloader's variables: where each is in the list, its name and value.</summary>
    public IReadOnlyList<(int At, string Name, string Value)> Marks { get; init; } = [];
}
