using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

internal enum MirrorStep
{
    /// <summary>Nothing differs.</summary>
    Nothing,

    /// <summary>There is no Secret, and it is not ours to make.</summary>
    Wait,

    Write,
}

/// <summary>What is to be done with a Secret. Names only: values stay in the <see cref="DesiredSecret"/>.</summary>
internal sealed record MirrorPlan
{
    public required MirrorStep Step { get; init; }

    public bool Creates { get; init; }

    /// <summary>A Secret of somebody's that becomes ours, or that was shared and is ours alone from now on.</summary>
    public bool Adopts { get; init; }

    /// <summary>The data cannot be changed and would have to be; the rest can.</summary>
    public bool Frozen { get; init; }

    public string Type { get; init; } = "";

    public bool Immutable { get; init; }

    public required DataPlan Data { get; init; }

    public required MapPlan Labels { get; init; }

    /// <summary>But for the hash of the data where that changes, too.</summary>
    public required MapPlan Annotations { get; init; }

    public IReadOnlyList<OwnerReference> Owners { get; init; } = [];

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    public FieldClaims Claims { get; init; } = new();

    /// <summary>Whether entries of the managed fields become ours before the apply.</summary>
    public bool Folds { get; init; }

    /// <summary>Whether the write needs values, or managed fields, that only the Secret itself has.</summary>
    public bool NeedsLive => Step == MirrorStep.Write && (Folds || Frozen || Data.Restated.Count > 0 || (Data.Differs && Data.Foreign.Count > 0));
}
