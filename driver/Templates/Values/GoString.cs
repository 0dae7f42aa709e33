using System.Text;

namespace CsiSecrets.Templates.Values;

/// <summary>A Go string: immutable bytes, usually UTF-8 but not necessarily. Length, slicing and order are those of the bytes.</summary>
internal sealed class GoString : IEquatable<GoString>, IComparable<GoString>
{
    public static readonly GoString Empty = new([]);

    private readonly byte[] bytes;
    private readonly int start;
    private int hash;

    /// <summary>Takes over <paramref name="bytes"/>: the caller must not change them any more.</summary>
    public GoString(byte[] bytes)
        : this(bytes, 0, bytes.Length)
    {
    }

    private GoString(byte[] bytes, int start, int length)
    {
        this.bytes = bytes;
        this.start = start;
        Length = length;
    }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(start, Length);

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(start, Length);

    public static GoString From(string text) => text.Length == 0 ? Empty : new GoString(Encoding.UTF8.GetBytes(text));

    public static GoString Copy(ReadOnlySpan<byte> source) => source.IsEmpty ? Empty : new GoString(source.ToArray());

    public static GoString Concat(GoString left, GoString right)
    {
        byte[] joined = new byte[left.Length + right.Length];
        left.Span.CopyTo(joined);
        right.Span.CopyTo(joined.AsSpan(left.Length));
        return new GoString(joined);
    }

    /// <summary>The bytes [from, to), shared, not copied.</summary>
    public GoString Slice(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)to, (uint)Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)from, (uint)to);
        return from == 0 && to == Length ? this : new GoString(bytes, start + from, to - from);
    }

    public GoString Slice(int from) => Slice(from, Length);

    /// <summary>Whether both are parts of the same bytes.</summary>
    public bool Shares(GoString other) => ReferenceEquals(bytes, other.bytes);

    public bool Is(ReadOnlySpan<byte> other) => Span.SequenceEqual(other);

    public bool Equals(GoString? other) => other is not null && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => Equals(obj as GoString);

    public override int GetHashCode()
    {
        if (hash == 0)
        {
            HashCode code = default;
            code.AddBytes(Span);
            hash = code.ToHashCode() | 1;
        }

        return hash;
    }

    public int CompareTo(GoString? other) => other is null ? 1 : Span.SequenceCompareTo(other.Span);

    /// <summary>The text; each byte that is not UTF-8 becomes U+FFFD.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);
}
