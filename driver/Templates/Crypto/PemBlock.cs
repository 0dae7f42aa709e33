namespace CsiSecrets.Templates.Crypto;

/// <summary>One PEM block. Type and headers are bytes held one to a character, as Go's strings are bytes.</summary>
internal sealed class PemBlock(string type, byte[] bytes)
{
    public const string Certificate = "CERTIFICATE";
    public const string PrivateKey = "PRIVATE KEY";
    public const string PublicKey = "PUBLIC KEY";

    public string Type { get; } = type;

    public byte[] Bytes { get; } = bytes;

    /// <summary>Sorted by key, as they are written.</summary>
    public SortedDictionary<string, string> Headers { get; init; } = new(StringComparer.Ordinal);
}
