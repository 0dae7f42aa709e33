using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace CsiSecrets.Kube.Secrets;

/// <summary>A few strings by name, in two arrays instead of a hash table: a controller keeps tens of thousands of them.</summary>
internal sealed class CompactMap : IReadOnlyDictionary<string, string>
{
    public static readonly CompactMap Empty = new([], []);

    private readonly string[] keys;
    private readonly string[] values;

    private CompactMap(string[] keys, string[] values)
    {
        this.keys = keys;
        this.values = values;
    }

    public int Count => keys.Length;

    public IEnumerable<string> Keys => keys;

    public IEnumerable<string> Values => values;

    public string this[string key] => TryGetValue(key, out string? value) ? value : throw new KeyNotFoundException(key);

    public static CompactMap Of(IEnumerable<KeyValuePair<string, string>>? pairs)
    {
        KeyValuePair<string, string>[] sorted = [.. (pairs ?? []).OrderBy(static p => p.Key, StringComparer.Ordinal)];
        return sorted.Length == 0 ? Empty : new CompactMap([.. sorted.Select(static p => p.Key)], [.. sorted.Select(static p => p.Value ?? "")]);
    }

    public bool ContainsKey(string key) => At(key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        int at = At(key);
        value = at < 0 ? null : values[at];
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        keys.Select((key, n) => KeyValuePair.Create(key, values[n])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int At(string key) => Array.BinarySearch(keys, key, StringComparer.Ordinal);
}
