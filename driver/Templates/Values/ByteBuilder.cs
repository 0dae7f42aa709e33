using System.Buffers;
using System.Text;

namespace CsiSecrets.Templates.Values;

/// <summary>Grows a byte sequence; charges each growth to the render's budget, so that no function can outgrow it.</summary>
internal sealed class ByteBuilder : IBufferWriter<byte>
{
    private readonly Execution.RenderBudget? budget;
    private byte[] buffer;

    public ByteBuilder(Execution.RenderBudget? budget = null, int capacity = 64)
    {
        this.budget = budget;
        budget?.Charge(capacity);
        buffer = new byte[capacity];
    }

    public int Length { get; private set; }

    public Execution.RenderBudget? Budget => budget;

    public Span<byte> Written => buffer.AsSpan(0, Length);

    public byte this[int index] => buffer[index];

    public void Append(byte value)
    {
        if (Length == buffer.Length)
        {
            Grow(1);
        }

        buffer[Length++] = value;
    }

    public void Append(char ascii) => Append((byte)ascii);

    public void Append(ReadOnlySpan<byte> value)
    {
        if (value.Length > buffer.Length - Length)
        {
            Grow(value.Length);
        }

        value.CopyTo(buffer.AsSpan(Length));
        Length += value.Length;
    }

    public void Append(GoString value) => Append(value.Span);

    public void Append(string value)
    {
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most > buffer.Length - Length)
        {
            Grow(most);
        }

        Length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(Length));
    }

    public void AppendRune(int rune)
    {
        Span<byte> encoded = stackalloc byte[4];
        Append(encoded[..Utf8.Encode(rune, encoded)]);
    }

    public void AppendRepeated(byte value, int count)
    {
        if (count <= 0)
        {
            return;
        }

        if (count > buffer.Length - Length)
        {
            Grow(count);
        }

        buffer.AsSpan(Length, count).Fill(value);
        Length += count;
    }

    public void Truncate(int length) => Length = length;

    /// <summary>A copy of what was written.</summary>
    public GoString ToGoString()
    {
        budget?.Charge(Length);
        return GoString.Copy(Written);
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(Length);
    }

    private void Reserve(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (needed > buffer.Length - Length)
        {
            Grow(needed);
        }
    }

    private void Grow(int more)
    {
        long size = Math.Max((long)Length + more, Math.Min(2L * buffer.Length, int.MaxValue / 2));
        if (size > Array.MaxLength)
        {
            throw GoException.Plain("result is too large");
        }

        budget?.Charge(size);
        byte[] larger = new byte[size];
        Written.CopyTo(larger);
        buffer = larger;
    }
}
