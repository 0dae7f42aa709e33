using System.Buffers;

namespace CsiSecrets.Templates.Execution;

/// <summary>The caller's writer behind the bound on output.</summary>
internal sealed class RenderOutput(IBufferWriter<byte> writer, int limit)
{
    private long written;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        written += bytes.Length;
        if (written > limit)
        {
            throw new LimitException($"the output is larger than {limit} bytes");
        }

        writer.Write(bytes);
    }
}
