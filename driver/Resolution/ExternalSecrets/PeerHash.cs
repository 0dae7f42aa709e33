using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using Org.BouncyCastle.Crypto.Digests;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The peer's hashes: SHA3-224 over the text that Go's <c>%+v</c> prints of a value. Objects that it wrote are known again by them.</summary>
internal static class PeerHash
{
    private const int Bits = 224;

    /// <summary><c>status.syncedResourceVersion</c>: the generation, and the hash of labels and annotations.</summary>
    public static string Version(ExternalSecretPlan plan) => string.Create(
        CultureInfo.InvariantCulture, $"{plan.Generation}-{Of($"{{annotations:{Map(plan.Annotations)} labels:{Map(plan.Labels)}}}")}");

    /// <summary>The hash of any text.</summary>
    public static string Of(string text)
    {
        var digest = new Sha3Digest(Bits);
        digest.BlockUpdate(Encoding.UTF8.GetBytes(text));
        return Finish(digest);
    }

    /// <summary>The annotation <c>data-hash</c>: of a Secret's data, printed as <c>map[key:[1 2 3]]</c>.</summary>
    public static string OfData(SecretSet data)
    {
        var digest = new Sha3Digest(Bits);
        digest.BlockUpdate("map["u8);
        ReadOnlySpan<byte> separator = ""u8;
        foreach ((string key, SecretBytes value) in data.Items.OrderBy(i => i.Key, Utf8Order.Instance))
        {
            digest.BlockUpdate(separator);
            separator = " "u8;
            digest.BlockUpdate(Encoding.UTF8.GetBytes(key));
            digest.BlockUpdate(":["u8);
            Update(digest, value.Span);
            digest.BlockUpdate("]"u8);
        }

        digest.BlockUpdate("]"u8);
        return Finish(digest);
    }

    private static string Map(IReadOnlyDictionary<string, string> map) =>
        "map[" + string.Join(' ', map.OrderBy(m => m.Key, Utf8Order.Instance).Select(m => $"{m.Key}:{m.Value}")) + "]";

    private static void Update(Sha3Digest digest, ReadOnlySpan<byte> bytes)
    {
        Span<byte> printed = stackalloc byte[4];
        for (int i = 0; i < bytes.Length; i++)
        {
            _ = bytes[i].TryFormat(printed[1..], out int length, provider: CultureInfo.InvariantCulture);
            printed[0] = (byte)' ';
            digest.BlockUpdate(i == 0 ? printed.Slice(1, length) : printed[..(length + 1)]);
        }

        CryptographicOperations.ZeroMemory(printed);
    }

    private static string Finish(Sha3Digest digest)
    {
        Span<byte> hash = stackalloc byte[Bits / 8];
        digest.DoFinal(hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Go's order of strings, which is that of their bytes; .NET's ordinal one differs beyond the basic plane.</summary>
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? left, string? right) =>
            Encoding.UTF8.GetBytes(left ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right ?? ""));
    }
}
