using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

internal enum CreationPolicy
{
    Owner,
    Orphan,
    Merge,
    CreateOrMerge,

    /// <summary>No object: only volumes use it.</summary>
    None,
}

internal enum DeletionPolicy
{
    Retain,
    Delete,
    Merge,
}

/// <summary>The Secret (or other object) to make.</summary>
internal sealed record TargetPlan
{
    public required string Name { get; init; }

    public required CreationPolicy Creation { get; init; }

    public required DeletionPolicy Deletion { get; init; }

    public required bool Immutable { get; init; }

    /// <summary>Null for a Secret.</summary>
    public ManifestTarget? Manifest { get; init; }

    public TemplatePlan? Template { get; init; }
}
