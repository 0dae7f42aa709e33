using CsiSecrets.Model;

namespace CsiSecrets.Kube.Secrets;

/// <summary>The data of a Secret without its values: keys in ordinal order, a hash of each value, and the peer's hash of the whole.</summary>
internal sealed class DataDigest
{
    public static readonly DataDigest Empty = new([], [], new PeerHash().EndData());

    private readonly string[] keys;
    private readonly ValueHash[] hashes;

    /// <param name="keys">In ordinal order.</param>
    /// <param name="hashes">Of the values, in the order of the keys.</param>
    /// <param name="peerHash">Of all of it.</param>
    public DataDigest(string[] keys, ValueHash[] hashes, string peerHash)
    {
        this.keys = keys;
        this.hashes = hashes;
        PeerHash = peerHash;
    }

    public string PeerHash { get; }

    public IReadOnlyList<string> Keys => keys;

    public static DataDigest Of(SecretSet data) =>
        new([.. data.Names], [.. data.Items.Select(static i => ValueHash.Of(i.Value.Span))], Model.PeerHash.OfData(data));

    /// <summary>The hash of the key's value; null when the key is absent.</summary>
    public ValueHash? Find(string key)
    {
        int at = Array.BinarySearch(keys, key, StringComparer.Ordinal);
        return at < 0 ? null : hashes[at];
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The same with <paramref name="hash"/> in the place of an equal string, so that only one of them is kept.</summary>
    public DataDigest Sharing(string? hash) => hash == PeerHash ? new DataDigest(keys, hashes, hash) : this;
}
