using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace CsiSecrets.Hosting;

/// <summary>
/// Lets old kubelets in. Before 1.26 they send the socket's path as HTTP/2 <c>:authority</c>, which is no authority, and the web server resets
/// such a stream before anybody can look at it. On the unix sockets, where the name of the host means nothing, it is replaced by
/// <c>localhost</c> on its way in; every other byte passes as it is.
/// </summary>
internal static class LocalAuthority
{
    private const int PrefaceLength = 24;
    private const int FrameHeader = 9;
    private const byte HeadersFrame = 1;
    private const byte EndHeaders = 0x4;
    private const byte Padded = 0x8;
    private const byte Priority = 0x20;

    /// <summary>The connection with a rewritten input.</summary>
    public static ConnectionDelegate Wrap(ConnectionDelegate next) => async connection =>
    {
        IDuplexPipe outer = connection.Transport;
        var pipe = new Pipe();
        Task copying = CopyAsync(outer.Input, pipe.Writer, connection.ConnectionClosed);
        connection.Transport = new Rewritten(pipe.Reader, outer.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = outer;
            await pipe.Reader.CompleteAsync();
            outer.Input.CancelPendingRead();
            await copying;
        }
    };

    private static async Task CopyAsync(PipeReader from, PipeWriter to, CancellationToken closed)
    {
        bool preface = false;
        try
        {
            while (true)
            {
                ReadResult read = await from.ReadAsync(closed);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (TryTake(ref rest, preface, out ReadOnlySequence<byte> piece))
                {
                    Write(to, piece, isFrame: preface);
                    preface = true;
                }

                from.AdvanceTo(rest.Start, rest.End);
                FlushResult flushed = await to.FlushAsync(closed);
                if (read.IsCompleted || read.IsCanceled || flushed.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The connection is gone, or being closed: the reader sees the end of it.
        }

        await to.CompleteAsync();
    }

    /// <summary>Takes the client's preface, then one whole frame after another.</summary>
    private static bool TryTake(ref ReadOnlySequence<byte> rest, bool preface, out ReadOnlySequence<byte> piece)
    {
        long length = PrefaceLength;
        if (preface)
        {
            length = rest.Length < FrameHeader ? long.MaxValue : FrameHeader + LengthOf(rest);
        }

        if (rest.Length < length)
        {
            piece = default;
            return false;
        }

        piece = rest.Slice(0, length);
        rest = rest.Slice(length);
        return true;
    }

    private static int LengthOf(ReadOnlySequence<byte> frame)
    {
        Span<byte> header = stackalloc byte[4];
        frame.Slice(0, 4).CopyTo(header);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
    }

    private static void Write(PipeWriter to, ReadOnlySequence<byte> piece, bool isFrame)
    {
        if (isFrame && piece.Slice(3, 1).FirstSpan[0] == HeadersFrame && Rewrite(piece.ToArray()) is { } rewritten)
        {
            to.Write(rewritten);
            return;
        }

        foreach (ReadOnlyMemory<byte> part in piece)
        {
            to.Write(part.Span);
        }
    }

    /// <summary>The HEADERS frame with another authority and without its padding; null to pass it on unchanged.</summary>
    private static byte[]? Rewrite(byte[] frame)
    {
        byte flags = frame[4];
        int start = FrameHeader + ((flags & Padded) != 0 ? 1 : 0);
        int end = frame.Length - ((flags & Padded) != 0 && frame.Length > FrameHeader ? frame[FrameHeader] : 0);
        int block = start + ((flags & Priority) != 0 ? 5 : 0);
        if ((flags & EndHeaders) == 0 || block > end || HeaderBlock.WithAuthority(frame.AsSpan(block, end - block), "localhost"u8) is not { } changed)
        {
            return null;
        }

        byte[] rewritten = [.. frame.AsSpan(0, FrameHeader), .. frame.AsSpan(start, block - start), .. changed];
        int length = rewritten.Length - FrameHeader;
        (rewritten[0], rewritten[1], rewritten[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
        rewritten[4] = (byte)(flags & ~Padded);
        return rewritten;
    }

    private sealed record Rewritten(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
