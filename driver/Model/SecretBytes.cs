using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CsiSecrets.Model;

/// <summary>
/// The one holder of plaintext that outlives a call. The bytes sit in pinned memory, so that the garbage collector leaves no copies
/// behind; they are zeroed when the last holder disposes. <see cref="Share"/> gives another holder its own handle on the same bytes.
/// </summary>
internal sealed class SecretBytes : IDisposable
{
    private readonly Buffer buffer;
    private int disposed;

    private SecretBytes(Buffer buffer) => this.buffer = buffer;

    /// <summary>Length in bytes; still known after disposal.</summary>
    public int Length => buffer.Bytes.Length;

    /// <summary>The plaintext. Throws <see cref="ObjectDisposedException"/> once this handle is disposed.</summary>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
            return buffer.Bytes;
        }
    }

    /// <summary>The plaintext as memory, for parsers that need it. The same life as <see cref="Span"/>.</summary>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
            return buffer.Bytes;
        }
    }

    /// <summary>Copies <paramref name="source"/>; the caller still owns, and clears, its own copy.</summary>
    public static SecretBytes Copy(ReadOnlySpan<byte> source) => Create(source.Length, source, static (span, from) => from.CopyTo(span));

    /// <summary>The UTF-8 bytes of <paramref name="text"/>. The string itself cannot be cleared: prefer <see cref="Copy"/>.</summary>
    public static SecretBytes FromText(ReadOnlySpan<char> text) =>
        Create(Encoding.UTF8.GetByteCount(text), text, static (span, from) => Encoding.UTF8.GetBytes(from, span));

    /// <summary>The JSON text at the reader, unescaped; no copy of it is left behind.</summary>
    public static SecretBytes FromJson(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped && !reader.HasValueSequence)
        {
            return Copy(reader.ValueSpan);
        }

        // A JSON text never grows by unescaping.
        byte[] scratch = ArrayPool<byte>.Shared.Rent(reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        try
        {
            return Copy(scratch.AsSpan(0, reader.CopyString(scratch)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scratch);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>Allocates <paramref name="length"/> bytes and lets <paramref name="fill"/> write them once.</summary>
    public static SecretBytes Create<TState>(int length, TState state, FillAction<TState> fill)
        where TState : allows ref struct
    {
        byte[] bytes = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length, pinned: true);
        fill(bytes, state);
        return new SecretBytes(new Buffer(bytes));
    }

    /// <summary>Another handle on the same bytes, disposed on its own.</summary>
    public SecretBytes Share()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        buffer.Retain();
        return new SecretBytes(buffer);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            buffer.Release();
        }
    }

    public override string ToString() => "(redacted)";

    internal delegate void FillAction<TState>(Span<byte> bytes, TState state)
        where TState : allows ref struct;

    private sealed class Buffer(byte[] bytes)
    {
        private int holders = 1;

        public byte[] Bytes { get; } = bytes;

        public void Retain()
        {
            int seen;
            do
            {
                seen = Volatile.Read(ref holders);
                ObjectDisposedException.ThrowIf(seen == 0, typeof(SecretBytes));
            }
            while (Interlocked.CompareExchange(ref holders, seen + 1, seen) != seen);
        }

        public void Release()
        {
            if (Interlocked.Decrement(ref holders) == 0)
            {
                CryptographicOperations.ZeroMemory(Bytes);
#pragma warning disable CA1816 // The buffer's end is here: it is counted, not disposed.
                GC.SuppressFinalize(this);
#pragma warning restore CA1816
            }
        }

        // A holder that was never disposed (a caller that went away in mid-call) must not leave plaintext behind either.
        ~Buffer() => CryptographicOperations.ZeroMemory(Bytes);
    }
}
