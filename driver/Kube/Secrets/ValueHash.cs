using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CsiSecrets.Kube.Secrets;

/// <summary>What is kept of a value instead of it: a hash under a key that this process made up and nobody else has, and the length.</summary>
internal readonly record struct ValueHash(UInt128 Keyed, int Length)
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static ValueHash Of(ReadOnlySpan<byte> value)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, value, mac);
        return new ValueHash(BinaryPrimitives.ReadUInt128LittleEndian(mac), value.Length);
    }

    public override string ToString() => $"({Length} bytes)";
}
