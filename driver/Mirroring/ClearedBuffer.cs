using System.Buffers;
using System.Security.Cryptography;

namespace CsiSecrets.Mirroring;

/// <summary>A growing buffer for text with secrets in it: what it leaves behind, and what it holds at the end, is cleared.</summary>
internal sealed class ClearedBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
    private int used;

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, used);

    public void Advance(int count) => used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return bytes.AsMemory(used);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);

    private void MakeRoom(int more)
    {
        if (bytes.Length - used >= more)
        {
            return;
        }

        byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(bytes.Length * 2, used + more), pinned: true);
        bytes.AsSpan(0, used).CopyTo(larger);
        CryptographicOperations.ZeroMemory(bytes);
        bytes = larger;
    }
}
