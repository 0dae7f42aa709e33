using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>An ExternalSecret that was read and checked: what to fetch, in the order in which later entries win, what to make of it, and when.
/// Pure data; made by <see cref="ExternalSecretReader"/>.</summary>
internal sealed record ExternalSecretPlan
{
    public required ObjectKey Key { get; init; }

    public required string Uid { get; init; }

    public required long Generation { get; init; }

    /// <summary>The manifest's own labels: what the target gets where there is no template.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>First those of dataFrom, then those of data: of two that give the same key the later one wins.</summary>
    public required IReadOnlyList<PlannedEntry> Entries { get; init; }

    public required TargetPlan Target { get; init; }

    public required RefreshSettings Refresh { get; init; }

    /// <summary>The stores that the entries name, each once, in order.</summary>
    public IReadOnlyList<StoreKey> Stores => [.. Entries.Select(e => e.Store).OfType<StoreKey>().Distinct()];

    /// <summary>The entries that refer to a generator, which nothing can resolve yet.</summary>
    public IReadOnlyList<GeneratorEntry> Generators => [.. Entries.OfType<GeneratorEntry>()];

    /// <summary>For messages.</summary>
    public string Subject => $"ExternalSecret {Key.Namespace}/{Key.Name}";
}
