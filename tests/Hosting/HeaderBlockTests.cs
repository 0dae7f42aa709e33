using System.Text;
using CsiSecrets.Hosting;

namespace CsiSecrets.Tests.Hosting;

public sealed class HeaderBlockTests
{
    private static readonly byte[] Method = [0x83]; // :method POST, indexed
    private static readonly byte[] Path = [0x44, 0x03, .. "/a."u8]; // :path literal, incremental indexing

    [Theory]
    [InlineData(0x41)]
    [InlineData(0x01)]
    [InlineData(0x11)]
    public void WithAuthority_LiteralPathAsAuthority_BecomesLocalhost(byte representation)
    {
        byte[] block = [.. Method, representation, 0x0d, .. "/csi/csi.sock"u8, .. Path];
        byte[]? changed = HeaderBlock.WithAuthority(block, "localhost"u8);
        Assert.Equal([.. Method, representation, 0x09, .. "localhost"u8, .. Path], changed);
    }

    [Fact]
    public void WithAuthority_ValueLongerThanOneLengthByteSays_IsReplacedWhole()
    {
        byte[] path = Encoding.ASCII.GetBytes("/" + new string('p', 199));
        byte[] block = [0x41, 0x7f, 0x49, .. path, .. Method]; // 127 + 73 = 200
        Assert.Equal([0x41, 0x09, .. "localhost"u8, .. Method], HeaderBlock.WithAuthority(block, "localhost"u8));
    }

    [Fact]
    public void WithAuthority_ShorterValue_IsCutToItsLengthSoThatTheTableNeverGrows()
    {
        Assert.Equal([0x41, 0x02, .. "lo"u8], HeaderBlock.WithAuthority([0x41, 0x02, .. "/a"u8], "localhost"u8));
    }

    [Fact]
    public void WithAuthority_NoLiteralAuthority_IsLeftAlone()
    {
        Assert.Null(HeaderBlock.WithAuthority([.. Method, 0xbe, .. Path], "localhost"u8));
    }

    [Theory]
    [InlineData(new byte[] { 0x41 })]
    [InlineData(new byte[] { 0x41, 0x7f })]
    [InlineData(new byte[] { 0x41, 0x20, 0x61 })]
    [InlineData(new byte[] { 0x41, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x40 })]
    public void WithAuthority_CutOffBlock_IsLeftToTheServerToRefuse(byte[] block)
    {
        Assert.Null(HeaderBlock.WithAuthority(block, "localhost"u8));
    }
}
