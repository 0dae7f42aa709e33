namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 Node: labels, taints and addresses.</summary>
internal sealed record Node : KubeObject
{
    public NodeSpec Spec { get => field ?? NodeSpec.Empty; init; }

    public NodeStatus Status { get => field ?? NodeStatus.Empty; init; }
}

internal sealed record NodeStatus
{
    public static readonly NodeStatus Empty = new();

    public IReadOnlyList<NodeAddress> Addresses { get => field ?? []; init; }
}

internal sealed record NodeAddress
{
    /// <summary>An IP address, or a name.</summary>
    public string Address { get => field ?? ""; init; }
}

internal sealed record NodeSpec
{
    public static readonly NodeSpec Empty = new();

    public IReadOnlyList<Taint> Taints { get => field ?? []; init; }
}

internal sealed record Taint
{
    public string Key { get => field ?? ""; init; }

    public string? Value { get; init; }

    /// <summary>NoSchedule, PreferNoSchedule or NoExecute.</summary>
    public string Effect { get => field ?? ""; init; }

    public string? TimeAdded { get; init; }
}
