using CsiSecrets.Kube.Secrets;

namespace CsiSecrets.Mirroring;

/// <summary>
/// Fields that are to go and that an apply alone would leave, because they are, or are also, somebody else's. They are made ours first;
/// then the apply that does not say them removes them.
/// </summary>
internal sealed record FieldClaims
{
    public IReadOnlyList<string> Data { get; init; } = [];

    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<string> Annotations { get; init; } = [];

    public IReadOnlyList<string> OwnerUids { get; init; } = [];

    public bool Any => Data.Count + Labels.Count + Annotations.Count + OwnerUids.Count > 0;

    /// <summary>Which of the fields must be claimed: all but those that are ours alone.</summary>
    public static string[] Needed(IEnumerable<string> fields, FieldOwner? ours, IReadOnlyList<FieldOwner> others, Func<FieldOwner, string, bool> owns) =>
        [.. fields.Where(f => ours is null || !owns(ours, f) || others.Any(o => owns(o, f)))];
}
