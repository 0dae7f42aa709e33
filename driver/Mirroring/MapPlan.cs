namespace CsiSecrets.Mirroring;

/// <summary>What an apply says about labels, or about annotations.</summary>
internal sealed record MapPlan
{
    public required SortedDictionary<string, string> Said { get; init; }

    /// <summary>Said with another value than is there.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>Ours formerly, and no longer.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    public bool Differs => Changed.Count + Removed.Count > 0;

    /// <param name="wanted">What this contributor wants.</param>
    /// <param name="others">Names that other contributors have put there: said again as they are.</param>
    /// <param name="formerly">Names that were ours.</param>
    /// <param name="live">What is there.</param>
    public static MapPlan Of(
        IEnumerable<KeyValuePair<string, string>> wanted,
        IReadOnlySet<string> others,
        IEnumerable<string> formerly,
        IReadOnlyDictionary<string, string>? live)
    {
        live ??= new Dictionary<string, string>();
        var said = new SortedDictionary<string, string>(wanted.ToDictionary(), StringComparer.Ordinal);
        foreach (string other in others)
        {
            if (live.TryGetValue(other, out string? value))
            {
                said.TryAdd(other, value);
            }
        }

        return new MapPlan
        {
            Said = said,
            Changed = [.. said.Where(s => !live.TryGetValue(s.Key, out string? now) || now != s.Value).Select(static s => s.Key)],
            Removed = [.. formerly.Distinct().Where(f => !said.ContainsKey(f) && live.ContainsKey(f)).Order(StringComparer.Ordinal)],
        };
    }
}
