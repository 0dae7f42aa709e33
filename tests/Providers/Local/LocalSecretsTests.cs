using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Providers.Local;

namespace CsiSecrets.Tests.Providers.Local;

public sealed class LocalSecretsTests
{
    private static readonly byte[] Key = new byte[32];

    [Theory]
    [InlineData("a: text", "text")]
    [InlineData("a: 0123", "0123")]
    [InlineData("a: yes", "yes")]
    [InlineData("a: 1.50", "1.50")]
    [InlineData("a: ~", "~")]
    [InlineData("a: \"\"", "")]
    [InlineData("a: 'it''s'", "it's")]
    [InlineData("a: |\n  two\n  lines\n", "two\nlines\n")]
    [InlineData("a: {user: shop, port: 5432, on: [true, null]}", """{"user":"shop","port":5432,"true":[true,null]}""")]
    [InlineData("a: [1, x]", """[1,"x"]""")]
    [InlineData("""{"a": "json is yaml"}""", "json is yaml")]
    public void AValue_IsItsTextOrItsJson(string yaml, string expected)
    {
        using LocalSecrets secrets = LocalSecrets.Parse(Encoding.UTF8.GetBytes(yaml), Key);

        Assert.Equal(expected, Encoding.UTF8.GetString(secrets.Find("a")!.Content.Span));
    }

    [Theory]
    [InlineData("", "the file is empty: write {} for no secrets")]
    [InlineData("# only a comment\n", "the file is empty: write {} for no secrets")]
    [InlineData("a: marker\nb:\n", "secret b has no value: write \"\" for an empty one")]
    [InlineData("- marker\n", "line 1, column 1: not a mapping: write NAME: VALUE, one secret a line")]
    [InlineData("marker", "line 1, column 1: not a mapping: write NAME: VALUE, one secret a line")]
    [InlineData("a: marker\n---\nb: x\n", "line 3, column 1: a second document: put all secrets into one")]
    [InlineData("a: marker\nb: 1\na: x\n", "line 3, column 1: this key stands twice in one mapping")]
    [InlineData("a: marker\n  b: [", "line 2")]
    [InlineData("a: \"marker", "not valid YAML")]
    [InlineData("a: &x [marker]\nb: *y\n", "line 2, column 4: this alias names no anchor before it")]
    public void AWrongFile_IsNamedByItsPlace_WithoutAValue(string yaml, string expected)
    {
        var e = Assert.Throws<YamlTextException>(() => LocalSecrets.Parse(Encoding.UTF8.GetBytes(yaml), Key));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoSecrets_CanBeSaid()
    {
        using LocalSecrets secrets = LocalSecrets.Parse("{}"u8, Key);

        Assert.Empty(secrets.Names);
    }

    [Fact]
    public void AVersion_FollowsTheContentTheNameAndTheKey()
    {
        static string Version(string yaml, string name, byte fill)
        {
            byte[] key = new byte[32];
            Array.Fill(key, fill);
            using LocalSecrets secrets = LocalSecrets.Parse(Encoding.UTF8.GetBytes(yaml), key);
            return secrets.Find(name)!.Version;
        }

        string version = Version("a: x\nb: x", "a", 1);
        Assert.Equal(version, Version("c: y\na: 'x'", "a", 1));
        Assert.NotEqual(version, Version("a: z", "a", 1));
        Assert.NotEqual(version, Version("a: x\nb: x", "b", 1));
        Assert.NotEqual(version, Version("a: x\nb: x", "a", 2));
    }

    [Fact]
    public void AliasesThatExplode_AreRefused()
    {
        var yaml = new StringBuilder("a0: &a0 [xxxxxxxxxxxxxxxx, xxxxxxxxxxxxxxxx]\n");
        for (int i = 1; i < 30; i++)
        {
            yaml.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        var e = Assert.Throws<YamlTextException>(() => LocalSecrets.Parse(Encoding.UTF8.GetBytes(yaml.ToString()), Key));
        Assert.Contains("too large once its aliases are expanded", e.Message, StringComparison.Ordinal);
    }
}
