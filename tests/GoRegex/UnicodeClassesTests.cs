using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.Tests.GoRegex;

public sealed class UnicodeClassesTests
{
    // Counted in UnicodeData.txt of Unicode 15.0, the version of Go 1.21 to 1.26.
    [Theory]
    [InlineData("Cc", 65)]
    [InlineData("Cf", 170)]
    [InlineData("Cn", 825345)]
    [InlineData("Co", 137468)]
    [InlineData("Cs", 2048)]
    [InlineData("Ll", 2233)]
    [InlineData("Lm", 397)]
    [InlineData("Lo", 131612)]
    [InlineData("Lt", 31)]
    [InlineData("Lu", 1831)]
    [InlineData("Mc", 452)]
    [InlineData("Me", 13)]
    [InlineData("Mn", 1985)]
    [InlineData("Nd", 680)]
    [InlineData("Nl", 236)]
    [InlineData("No", 915)]
    [InlineData("Pc", 10)]
    [InlineData("Pd", 26)]
    [InlineData("Pe", 77)]
    [InlineData("Pf", 10)]
    [InlineData("Pi", 12)]
    [InlineData("Po", 628)]
    [InlineData("Ps", 79)]
    [InlineData("Sc", 63)]
    [InlineData("Sk", 125)]
    [InlineData("Sm", 948)]
    [InlineData("So", 6634)]
    [InlineData("Zl", 1)]
    [InlineData("Zp", 1)]
    [InlineData("Zs", 17)]
    public void Find_Category_HasAsManyCodePointsAsUnicode15(string name, int expected)
    {
        int[] pairs = UnicodeClasses.Find(name)!.Pairs;
        Assert.Equal(expected, Enumerable.Range(0, pairs.Length / 2).Sum(i => pairs[(2 * i) + 1] - pairs[2 * i] + 1));
    }

    [Theory]
    [InlineData('K', 'k')]
    [InlineData('k', 0x212A)]
    [InlineData(0x212A, 'K')]
    [InlineData('1', '1')]
    [InlineData(0x130, 0x130)]
    [InlineData(0x3B8, 0x3D1)]
    [InlineData(0x1E943, 0x1E921)]
    public void Next_CodePoint_WalksTheOrbit(int rune, int expected) => Assert.Equal(expected, CaseFolding.Next(rune));
}
