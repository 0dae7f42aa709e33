using System.Text;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

public sealed class RandomFunctionTests
{
    [Fact]
    public void RandAlphaNum_SameSource_GivesTheSame() => Assert.Equal(
        RandomFunctions.RandAlphaNum(40, 100, new SeededFill(7).Fill), RandomFunctions.RandAlphaNum(40, 100, new SeededFill(7).Fill));

    [Fact]
    public void RandFunctions_ManyCharacters_StayInTheirAlphabets()
    {
        Assert.Matches("^[0-9A-Za-z]{5000}$", RandomFunctions.RandAlphaNum(5000, 5000, new SeededFill(1).Fill));
        Assert.Matches("^[A-Za-z]{5000}$", RandomFunctions.RandAlpha(5000, 5000, new SeededFill(1).Fill));
        Assert.Matches("^[0-9]{5000}$", RandomFunctions.RandNumeric(5000, 5000, new SeededFill(1).Fill));
        var ascii = RandomFunctions.RandAscii(20000, 20000, new SeededFill(1).Fill);
        Assert.Equal(95, ascii.Distinct().Count());
        Assert.All(ascii, c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public void RandBytes_MoreThanLeft_Fails() => Assert.Throws<TemplateFunctionException>(
        () => RandomFunctions.RandBytes(int.MaxValue, 1000, new SeededFill(1).Fill));

    [Fact]
    public void Shuffle_Text_KeepsItsCharacters()
    {
        var shuffled = Encoding.UTF8.GetString(RandomFunctions.Shuffle("日本語abc😀"u8, new SeededFill(3).Fill));

        Assert.Equal("日本語abc😀".EnumerateRunes().Order(), shuffled.EnumerateRunes().Order());
        Assert.NotEqual("日本語abc😀", shuffled);
    }

    [Fact]
    public void UuidV4_AnyBytes_HasVersionAndVariant() =>
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", RandomFunctions.UuidV4(new SeededFill(1).Fill));

    [Theory]
    [InlineData(5, 5)]
    [InlineData(5, 4)]
    public void RandInt_NoRange_Fails(long min, long max) =>
        Assert.Throws<TemplateFunctionException>(() => RandomFunctions.RandInt(min, max, new SeededFill(1).Fill));

    [Fact]
    public void RandInt_Range_StaysWithin() =>
        Assert.All(Enumerable.Range(0, 200), i => Assert.InRange(RandomFunctions.RandInt(-3, 4, new SeededFill(i).Fill), -3, 3));
}
