using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Decisions;

/// <summary>
/// The key of the hashes that stand on workloads. A plain hash of a short secret can be guessed by whoever may read the workload; without
/// this key, which only the controller's namespace has, it cannot.
/// </summary>
internal sealed class RecordKey(SecretBytes key)
{
    private const int HashBytes = 16;

    /// <summary>Names the key without telling it.</summary>
    public string Id { get; } = Convert.ToHexStringLower(HMACSHA256.HashData(key.Span, "csi-secrets reload key"u8).AsSpan(0, 6));

    public string Hash(string ns, SourceKey source, string peerHash)
    {
        byte[] whole = HMACSHA256.HashData(key.Span, Encoding.UTF8.GetBytes($"{source.Word}\n{ns}\n{source.Name}\n{peerHash}"));
        return Base64Url.EncodeToString(whole.AsSpan(0, HashBytes));
    }
}
