using System.Text;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

public sealed class PemTests
{
    private const string Hello = "-----BEGIN A-----\naGVsbG8=\n-----END A-----\n";

    [Theory]
    [InlineData(Hello, "A", "hello", "")]
    [InlineData("text before\n" + Hello + "after", "A", "hello", "after")]
    [InlineData("-----BEGIN B-----\n-----BEGIN A-----\naGVsbG8=\n-----END A-----\n", "A", "hello", "")]
    [InlineData("-----BEGIN B-----\n!!\n-----END B-----\n" + Hello, "A", "hello", "")]
    [InlineData("-----BEGIN A-----\n a G V s\tbG8= \n-----END A----- \t\r\nx", "A", "hello", "x")]
    [InlineData("-----BEGIN A-----\n-----END A-----", "A", "", "")]
    public void Decode_Block_GivesItAndTheRest(string text, string type, string bytes, string rest)
    {
        var block = PemDecoder.Decode(Encoding.UTF8.GetBytes(text), out var remaining);

        Assert.NotNull(block);
        Assert.Equal(type, block.Type);
        Assert.Equal(bytes, Encoding.UTF8.GetString(block.Bytes));
        Assert.Equal(rest, Encoding.UTF8.GetString(remaining));
    }

    [Theory]
    [InlineData("x" + Hello)]
    [InlineData("-----BEGIN A-----\naGVsbG8\n-----END A-----\n")]
    [InlineData("-----BEGIN A-----\naGVsbG8=\n-----END A-----x\n")]
    [InlineData("-----BEGIN A-----\naGVsbG8=-----END A-----\n")]
    [InlineData("-----BEGIN A----\naGVsbG8=\n-----END A----\n")]
    [InlineData("-----BEGIN A:-----\n-----END A:-----\n")]
    [InlineData("-----BEGIN A-----\nK: v\n-----END A-----:\n")]
    public void Decode_NoBlock_GivesTheWholeInputBack(string text)
    {
        Assert.Null(PemDecoder.Decode(Encoding.UTF8.GetBytes(text), out var rest));
        Assert.Equal(text, Encoding.UTF8.GetString(rest));
    }

    [Fact]
    public void Filter_HeadersOutOfOrder_WritesProcTypeFirstAndTheOthersSorted()
    {
        var text = "-----BEGIN X-----\nB: 2\nA: 1\nProc-Type: 4,ENCRYPTED\n\naGVsbG8=\n-----END X-----\n";

        Assert.Equal(
            "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nA: 1\nB: 2\n\naGVsbG8=\n-----END X-----\n",
            Encoding.UTF8.GetString(PemFunctions.FilterPem("x"u8, Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Decode_ManyBeginLinesWithoutEnd_TakesLinearTime()
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 50_000)) + "-----END B-----\n");

        Assert.Null(PemDecoder.Decode(text, out _));
    }

    [Theory]
    [InlineData("aGVsbG8=", "hello", -1)]
    [InlineData("aGVs\r\nbG8=\n", "hello", -1)]
    [InlineData("aGVsbG9=", "hello", -1)]
    [InlineData("aGVsbG8", null, 4)]
    [InlineData("aGV$bG8=", null, 3)]
    [InlineData("aGVsbG8=x", null, 8)]
    [InlineData("aGVsbA=", null, 7)]
    [InlineData("=", null, 0)]
    public void Base64_Text_DecodesAsGoDoes(string text, string? expected, int offset)
    {
        var bytes = GoBase64.Decode(Encoding.UTF8.GetBytes(text), out var error);

        Assert.Equal(expected, bytes is null ? null : Encoding.UTF8.GetString(bytes));
        Assert.Equal(offset, error);
    }
}
