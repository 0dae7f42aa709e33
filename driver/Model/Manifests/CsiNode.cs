namespace CsiSecrets.Model.Manifests;

/// <summary>storage.k8s.io/v1 CSINode: the drivers that the kubelet has registered on a node.</summary>
internal sealed record CsiNode : KubeObject
{
    public CsiNodeSpec Spec { get => field ?? CsiNodeSpec.Empty; init; }
}

internal sealed record CsiNodeSpec
{
    public static readonly CsiNodeSpec Empty = new();

    public IReadOnlyList<CsiNodeDriver> Drivers { get => field ?? []; init; }
}

internal sealed record CsiNodeDriver
{
    public string Name { get => field ?? ""; init; }

    /// <summary>The driver's own name of the node.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("nodeID")]
    public string NodeId { get => field ?? ""; init; }
}
