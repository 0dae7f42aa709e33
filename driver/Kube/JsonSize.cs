using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CsiSecrets.Kube;

/// <summary>How large an object is as JSON, without the text of it.</summary>
internal static class JsonSize
{
    public static long Of<T>(T value, JsonTypeInfo<T> type)
    {
        using var counter = new Counter();
        JsonSerializer.Serialize(counter, value, type);
        return counter.Length;
    }

    /// <summary>Takes bytes and keeps their number.</summary>
    private sealed class Counter : Stream
    {
        private long count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => count;

        public override long Position
        {
            get => count;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => this.count += count;

        public override void Write(ReadOnlySpan<byte> buffer) => count += buffer.Length;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
