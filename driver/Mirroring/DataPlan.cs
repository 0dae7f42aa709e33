using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;

namespace CsiSecrets.Mirroring;

/// <summary>What an apply says about data, by key.</summary>
internal sealed record DataPlan
{
    /// <summary>New here.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>There with another value.</summary>
    public required IReadOnlyList<string> Replaced { get; init; }

    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>Other contributors' keys, whose values are not at hand: said again as they are.</summary>
    public required IReadOnlyList<string> Restated { get; init; }

    /// <summary>Keys that are nobody's of ours and stay without being said.</summary>
    public required IReadOnlyList<string> Foreign { get; init; }

    /// <summary>Other contributors' keys that are now set to another value.</summary>
    public required IReadOnlyList<string> Contested { get; init; }

    public bool Differs => Added.Count + Replaced.Count + Removed.Count > 0;

    /// <param name="wanted">This contributor's.</param>
    /// <param name="others">Keys that other contributors have put there.</param>
    /// <param name="formerly">Keys that were ours; every key, where the data is ours alone.</param>
    /// <param name="live">What is there.</param>
    public static DataPlan Of(SecretSet wanted, IReadOnlySet<string> others, IReadOnlySet<string> formerly, DataDigest live)
    {
        var added = new List<string>();
        var replaced = new List<string>();
        foreach ((string key, SecretBytes value) in wanted.Items)
        {
            if (live.Find(key) is not ValueHash there)
            {
                added.Add(key);
            }
            else if (there != ValueHash.Of(value.Span))
            {
                replaced.Add(key);
            }
        }

        string[] rest = [.. live.Keys.Where(k => wanted.Find(k) is null)];
        return new DataPlan
        {
            Added = added,
            Replaced = replaced,
            Restated = [.. rest.Where(others.Contains)],
            Removed = [.. rest.Where(k => !others.Contains(k) && formerly.Contains(k))],
            Foreign = [.. rest.Where(k => !others.Contains(k) && !formerly.Contains(k))],
            Contested = [.. replaced.Where(others.Contains)],
        };
    }

    /// <summary>The same with the data left as it is: everything that is there is said again.</summary>
    public static DataPlan Frozen(DataDigest live) =>
        new() { Added = [], Replaced = [], Removed = [], Restated = live.Keys, Foreign = [], Contested = [] };
}
