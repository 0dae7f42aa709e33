using CsiSecrets.Model;
using CsiSecrets.Publishing;

namespace CsiSecrets.Tests.Publishing;

public sealed class PayloadPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a/b/c")]
    [InlineData(".hidden")]
    [InlineData("a/..b")]
    [InlineData("a..b")]
    [InlineData("name with space")]
    [InlineData("ключ/值/🔑")]
    public void Problem_GoodPath_IsNull(string path) => Assert.Null(PayloadPath.Problem(path));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("/a", "absolute")]
    [InlineData("..", "..")]
    [InlineData("..data", "..")]
    [InlineData("..x/y", "..")]
    [InlineData("a/../b", "..")]
    [InlineData("a/..", "..")]
    [InlineData(".", "clean")]
    [InlineData("a/./b", "clean")]
    [InlineData("a//b", "clean")]
    [InlineData("a/", "clean")]
    [InlineData("a\0b", "control")]
    [InlineData("a\nb", "control")]
    public void Problem_BadPath_SaysWhy(string path, string word) => Assert.Contains(word, PayloadPath.Problem(path), StringComparison.Ordinal);

    [Theory]
    [InlineData(0xD83D)]
    [InlineData(0xDC00)]
    public void Problem_LoneSurrogate_IsRefused(int unit) => Assert.NotNull(PayloadPath.Problem("a" + (char)unit + "b"));

    [Fact]
    public void Problem_LongElementInBytes_IsRefused()
    {
        Assert.Null(PayloadPath.Problem(new string('x', 255)));
        Assert.NotNull(PayloadPath.Problem(new string('x', 256)));
        Assert.NotNull(PayloadPath.Problem(new string('é', 128)));
        Assert.NotNull(PayloadPath.Problem(string.Join('/', Enumerable.Repeat(new string('x', 200), 21))));
    }

    [Fact]
    public void Validate_ManyFaults_ReportsEach()
    {
        SecretFile[] files =
        [
            Payload.File("/abs", ""), Payload.File("twice", ""), Payload.File("twice", ""), Payload.File("f", ""),
            Payload.File("f/x", ""), Payload.File("mode", "", 0x800), Payload.File("owner", "") with { Uid = -1 },
        ];

        IReadOnlyList<string> errors = PayloadPath.Validate(files);

        Assert.Equal(5, errors.Count);
        Assert.Contains(errors, error => error.Contains("\"/abs\" is absolute", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("\"twice\" is used by more", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("\"f\" is a file and also the folder of \"f/x\"", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("\"mode\" has a mode", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("\"owner\" has a negative", StringComparison.Ordinal));
    }

    [Fact]
    public void Require_TenThousandBadPaths_KeepsTheMessageShort()
    {
        SecretFile[] files = [.. Enumerable.Range(0, 10_000).Select(i => Payload.File("/" + i + new string('\n', 500), ""))];

        SecretsException failure = Assert.Throws<SecretsException>(() => PayloadPath.Require(files));

        Assert.True(failure.Message.Length < 6000);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Contains("and 9980 more", failure.Message, StringComparison.Ordinal);
    }
}
