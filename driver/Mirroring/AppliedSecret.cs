using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>What one contributor's last apply left on a Secret. Hashes and names, shared with what was observed, so that it costs little.</summary>
internal sealed record AppliedSecret
{
    public required ObjectKey Key { get; init; }

    /// <summary>Of the Secret as the apply left it.</summary>
    public string ResourceVersion { get; init; } = "";

    public required Contributor From { get; init; }

    public required MirrorMode Mode { get; init; }

    /// <summary>The field manager of the apply.</summary>
    public required string Manager { get; init; }

    public required string Type { get; init; }

    /// <summary>The whole data, as it was after the apply.</summary>
    public required DataDigest Data { get; init; }

    /// <summary>This contributor's keys; null: all of <see cref="Data"/>.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    public required IReadOnlyList<OwnerReference> Owners { get; init; }

    public required IReadOnlyList<string> Finalizers { get; init; }

    /// <summary>The same, with the parts of <paramref name="seen"/> in the place of equal ones, where it is the Secret that the apply left: one copy less.</summary>
    public AppliedSecret Sharing(ObservedSecret? seen) => seen is null || seen.Metadata.ResourceVersion != ResourceVersion || ReferenceEquals(Data, seen.Data)
        ? this
        : this with
        {
            Key = seen.Key,
            ResourceVersion = seen.Metadata.ResourceVersion,
            Data = seen.Data,
            Labels = Shared(Labels, seen.Metadata.Labels),
            Annotations = Shared(Annotations, seen.Metadata.Annotations),
            Owners = seen.Metadata.OwnerReferences is { } owners && owners.SequenceEqual(Owners) ? owners : Owners,
        };

    private static IReadOnlyDictionary<string, string> Shared(IReadOnlyDictionary<string, string> mine, IReadOnlyDictionary<string, string>? seen) =>
        seen is not null && seen.Count == mine.Count && mine.All(m => seen.TryGetValue(m.Key, out string? value) && value == m.Value) ? seen : mine;
}
