using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>The hash of a mirrored Secret's data that its class's status shows. Keyed: nothing can be guessed from it.</summary>
internal sealed class MirrorHash(SecretBytes key, bool isKept) : IDisposable
{
    private const int KeyBytes = 32;

    /// <summary>The key outlives the process: another hash than the status has says that the content is another.</summary>
    public bool IsKept => isKept;

    /// <summary>A key of this process's own, where it may keep none.</summary>
    public static MirrorHash OfThisProcess()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(KeyBytes);
        var made = new MirrorHash(SecretBytes.Copy(bytes), isKept: false);
        CryptographicOperations.ZeroMemory(bytes);
        return made;
    }

    public string Of(SecretSet data)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Span);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach ((string name, SecretBytes value) in data.Items)
        {
            byte[] text = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            mac.AppendData(length);
            mac.AppendData(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
            mac.AppendData(length);
            mac.AppendData(value.Span);
        }

        return Convert.ToHexStringLower(mac.GetHashAndReset().AsSpan(0, 16));
    }

    public void Dispose() => key.Dispose();
}
