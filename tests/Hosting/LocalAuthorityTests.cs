using System.IO.Pipelines;
using CsiSecrets.Hosting;
using Microsoft.AspNetCore.Connections;

namespace CsiSecrets.Tests.Hosting;

public sealed class LocalAuthorityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x7f)]
    [InlineData(0x80)]
    [InlineData(0xff)]
    public async Task Input_ThatEndsInAFrameOfAnyLength_EndsForTheReaderToo(int highByteOfLength)
    {
        Pipe wire = new();
        DefaultConnectionContext connection = new() { Transport = new Ends(wire.Reader, new Pipe().Writer) };
        long read = 0;
        Task serving = LocalAuthority.Wrap(async c =>
        {
            ReadResult result;
            do
            {
                result = await c.Transport.Input.ReadAsync(Stop);
                read += result.Buffer.Length;
                c.Transport.Input.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        })(connection);

        await wire.Writer.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Stop);
        await wire.Writer.WriteAsync(new byte[] { (byte)highByteOfLength, 0, 1, 0, 0, 0, 0, 0, 1 }, Stop);
        await wire.Writer.CompleteAsync();
        await serving.WaitAsync(Patience, TimeProvider.System, Stop);

        Assert.Equal(24, read);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
