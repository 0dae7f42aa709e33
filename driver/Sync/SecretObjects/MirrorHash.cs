using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>The hash of a mirrored Secret's data that its class's status shows. Its key is this process's own: nothing can be guessed from it.</summary>
internal sealed class MirrorHash
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public string Of(SecretSet data)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
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
}
