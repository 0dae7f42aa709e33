using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The versions of the objects of one resolution: mostly one, so that an array is less than a hash table. A controller keeps tens of thousands
/// of them.</summary>
internal sealed class KnownVersions(KeyValuePair<FetchKey, string?>[] versions) : IReadOnlyDictionary<FetchKey, string?>
{
    public static readonly KnownVersions None = new([]);

    public int Count => versions.Length;

    public IEnumerable<FetchKey> Keys => versions.Select(static v => v.Key);

    public IEnumerable<string?> Values => versions.Select(static v => v.Value);

    public string? this[FetchKey key] => TryGetValue(key, out string? value) ? value : throw new KeyNotFoundException(key.ToString());

    public bool ContainsKey(FetchKey key) => At(key) >= 0;

    public bool TryGetValue(FetchKey key, [MaybeNullWhen(false)] out string? value)
    {
        int at = At(key);
        value = at < 0 ? null : versions[at].Value;
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<FetchKey, string?>> GetEnumerator() => versions.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int At(FetchKey key) => Array.FindIndex(versions, v => v.Key == key);
}
