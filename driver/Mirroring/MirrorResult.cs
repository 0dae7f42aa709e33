using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring.Objects;

namespace CsiSecrets.Mirroring;

internal enum MirrorOutcome
{
    /// <summary>Nothing differed, and nothing was written.</summary>
    Unchanged,

    Created,

    Updated,

    /// <summary>A Secret that nobody controlled is ours now.</summary>
    Adopted,

    /// <summary>There is no Secret, and the mode makes none.</summary>
    TargetMissing,
}

/// <summary>What became of one apply: facts for events and the status. Names only.</summary>
internal sealed record MirrorResult
{
    public required MirrorOutcome Outcome { get; init; }

    /// <summary>The Secret as it is now; null when there is none.</summary>
    public ObservedSecret? Secret { get; init; }

    /// <summary>What drift is measured against from now on.</summary>
    public AppliedSecret? Applied { get; init; }

    /// <summary>The same of a target that is no Secret.</summary>
    public AppliedFields? Object { get; init; }

    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Keys that were there with another value.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Keys that another contributor had set to another value.</summary>
    public IReadOnlyList<string> Contested { get; init; } = [];
}
