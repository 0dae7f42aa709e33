using System.Text;
using CsiSecrets.JsonQuery;

namespace CsiSecrets.Tests.JsonQuery;

public sealed class JsonTreeTests
{
    [Theory]
    [InlineData("\"hunter2", 1)]
    [InlineData("{\n \"a\": hunter2}", 2)]
    [InlineData("[1] hunter2", 1)]
    [InlineData("{\n\"a\":\"\\ud800hunter2\"}", 2)]
    [InlineData("", 1)]
    public void Parse_NotJson_GivesThePlaceAndNoText(string text, long line)
    {
        JsonTreeException e = Assert.Throws<JsonTreeException>(() => JsonTree.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(line, e.Line);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_InvalidUtf8_Fails() => Assert.Throws<JsonTreeException>(() => JsonTree.Parse([(byte)'"', 0xff, (byte)'"']));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Parse_Depth_IsBounded(int depth, bool fits)
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.Equal(!fits, Record.Exception(() => JsonTree.Parse(text)) is JsonTreeException);
    }

    [Fact]
    public void Parse_Size_IsBounded() =>
        Assert.Throws<JsonTreeException>(() => JsonTree.Parse("[1,2]"u8, new JsonTreeLimits { MaxBytes = 4 }));

    [Fact]
    public void ToString_OfASecret_NamesTheKindOnly() => Assert.Equal("(String)", JsonTree.Of("hunter2").ToString());

    [Theory]
    [InlineData("\"a\\u0001\\n\\u2028<>&\\u007f\"", "\"a\\u0001\\n\\u2028<>&\u007f\"")]
    [InlineData(" [ 1.0 , 1E5 , -0 ] ", "[1.0,1E5,-0]")]
    [InlineData("{\"\\\"\":null,\"t\":true}", "{\"\\\"\":null,\"t\":true}")]
    public void ToJson_AnyTree_IsCompactAndKeepsNumbers(string text, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(JsonTreeWriter.ToJson(JsonTree.Parse(Encoding.UTF8.GetBytes(text)), 1000)));

    [Theory]
    [InlineData("\"a\\nb\"", "a\nb")]
    [InlineData("12.50", "12.50")]
    [InlineData("null", "null")]
    public void ToFile_AStringIsRaw_TheRestIsJson(string text, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(JsonTreeWriter.ToFile(JsonTree.Parse(Encoding.UTF8.GetBytes(text)), 1000)));

    [Fact]
    public void ToFile_BeyondTheLimit_Fails()
    {
        Assert.Throws<JsonTreeException>(() => JsonTreeWriter.ToFile(JsonTree.Of("12345"), 4));
        Assert.Throws<JsonTreeException>(() => JsonTreeWriter.ToFile(JsonTree.Parse("[\"12345\"]"u8), 8));
    }
}
