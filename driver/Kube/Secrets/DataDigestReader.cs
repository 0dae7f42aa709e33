using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Secrets;

/// <summary>Reads a Secret's <c>data</c> into a <see cref="DataDigest"/>. The values are in one borrowed buffer for as long as that takes.</summary>
internal static class DataDigestReader
{
    public static DataDigest Read(ref Utf8JsonReader reader, NamePool known)
    {
        var values = new List<(string Key, int At, int Length)>();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1024);
        int used = 0;
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = known.Of(ref reader);
                reader.Read();
                int most = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
                buffer = WithRoom(buffer, used, most);
                int length = reader.TokenType == JsonTokenType.Null ? 0 : Decode(ref reader, buffer.AsSpan(used));
                values.Add((key, used, length));
                used += length;
            }

            return Digest(values, buffer);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static DataDigest Digest(List<(string Key, int At, int Length)> values, byte[] buffer)
    {
        values.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var peer = new PeerHash();
        var hashes = new ValueHash[values.Count];
        for (int n = 0; n < hashes.Length; n++)
        {
            (string key, int at, int length) = values[n];
            ReadOnlySpan<byte> value = buffer.AsSpan(at, length);
            hashes[n] = ValueHash.Of(value);
            peer.Add(key, value);
        }

        return new DataDigest([.. values.Select(static v => v.Key)], hashes, peer.EndData());
    }

    private static int Decode(ref Utf8JsonReader reader, Span<byte> room)
    {
        int text = reader.CopyString(room);
        return Base64.DecodeFromUtf8InPlace(room[..text], out int written) == OperationStatus.Done
            ? written
            : throw new JsonException("a value under data is not base64");
    }

    private static byte[] WithRoom(byte[] buffer, int used, int more)
    {
        if (buffer.Length - used >= more)
        {
            return buffer;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, used + more));
        buffer.AsSpan(0, used).CopyTo(larger);
        CryptographicOperations.ZeroMemory(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
