namespace CsiSecrets.Kube.Secrets;

/// <summary>One entry of a Secret's <c>managedFields</c>: who set which of the fields that a mirrored Secret has.</summary>
internal sealed record FieldOwner
{
    public const string Apply = "Apply";

    public required string Manager { get; init; }

    /// <summary><c>Apply</c> or <c>Update</c>.</summary>
    public required string Operation { get; init; }

    public IReadOnlyList<string> DataKeys { get; init; } = [];

    public IReadOnlyList<string> Labels { get; init; } = [];

    public IReadOnlyList<string> Annotations { get; init; } = [];

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary>The uids of owner references.</summary>
    public IReadOnlyList<string> OwnerUids { get; init; } = [];

    /// <summary>True: it holds the data as a whole. The server takes an entry without a key for every key that there is.</summary>
    public bool WholeData { get; init; }

    public bool IsApplyOf(string manager) => Manager == manager && Operation == Apply;
}
