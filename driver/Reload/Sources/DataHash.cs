using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace CsiSecrets.Reload.Sources;

/// <summary>Reads the data of a Secret or ConfigMap into Reloader's hash. The values are in one borrowed buffer, cleared when this is disposed.</summary>
internal sealed class DataHash : IDisposable
{
    private readonly List<(int At, int Length)> lines = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int used;

    /// <summary>Reads one object of texts. <paramref name="decode"/>: they are base64 of what counts, as in a Secret.</summary>
    public void Read(ref Utf8JsonReader reader, bool decode)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int begin = used;
            Append(ref reader);
            Room(1);
            buffer[used++] = (byte)'=';
            reader.Read();
            int value = used;
            if (reader.TokenType == JsonTokenType.String)
            {
                Append(ref reader);
                used = decode ? value + Decode(buffer.AsSpan(value, used - value)) : used;
            }

            lines.Add((begin, used - begin));
        }
    }

    public string End()
    {
        lines.Sort((a, b) => buffer.AsSpan(a.At, a.Length).SequenceCompareTo(buffer.AsSpan(b.At, b.Length)));
        var hash = new Sha512T256();
        for (int i = 0; i < lines.Count; i++)
        {
            hash.Add(i == 0 ? [] : ";"u8);
            hash.Add(buffer.AsSpan(lines[i].At, lines[i].Length));
        }

        return hash.EndHex();
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static int Decode(Span<byte> text) => Base64.DecodeFromUtf8InPlace(text, out int written) == OperationStatus.Done
        ? written
        : throw new JsonException("a value under data is not base64");

    private void Append(ref Utf8JsonReader reader)
    {
        Room(reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        used += reader.CopyString(buffer.AsSpan(used));
    }

    private void Room(int more)
    {
        if (buffer.Length - used >= more)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, used + more));
        buffer.AsSpan(0, used).CopyTo(larger);
        CryptographicOperations.ZeroMemory(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
