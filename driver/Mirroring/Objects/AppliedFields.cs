using CsiSecrets.Kube.Objects;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring.Objects;

/// <summary>What our last apply left on an object that is no Secret. Names only.</summary>
internal sealed record AppliedFields
{
    public required ObjectKind Kind { get; init; }

    public required ObjectKey Key { get; init; }

    /// <summary>In whose name.</summary>
    public required string Manager { get; init; }

    /// <summary>Of the object as the apply left it.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>A hash of the body, for this process alone.</summary>
    public required string Body { get; init; }

    /// <summary>The fields that are ours.</summary>
    public required IReadOnlySet<string> Paths { get; init; }

    /// <summary>All keys of <c>data</c>.</summary>
    public required IReadOnlyList<string> DataKeys { get; init; }
}
