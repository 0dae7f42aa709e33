using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>A kind of first mount, and what nobody could do without in it.</summary>
internal sealed record FirstMount
{
    /// <summary>In the keys of its figures.</summary>
    public required string Key { get; init; }

    public required string Text { get; init; }

    /// <summary>What the floor is made of.</summary>
    public required string FloorName { get; init; }

    /// <summary>One pod for each mount.</summary>
    public required IReadOnlyList<BenchPod> Pods { get; init; }

    /// <summary>The mount of that number.</summary>
    public required Func<int, Task> Publish { get; init; }

    /// <summary>The bare calls that a mount of that number contains.</summary>
    public required Func<BareAws, int, Task> Bare { get; init; }
}
