using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Names and small texts.</summary>
public sealed class MarksTests
{
    [Fact]
    public void Contributions_ThroughText_AreTheSameAndSorted()
    {
        Contributions written = Contributions.None
            .With("two", new Contribution { Data = ["z", "a"], Annotations = ["n"] })
            .With("one", new Contribution { Labels = ["l"] })
            .With("empty", Contribution.Nothing);

        Assert.Equal("""{"one":{"labels":["l"]},"two":{"data":["a","z"],"annotations":["n"]}}""", written.ToText());
        Assert.Equal(written.ToText(), Contributions.Parse(written.ToText()).ToText());
        Assert.Null(Contributions.None.With("x", new Contribution { Data = ["a"] }).With("x", Contribution.Nothing).ToText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":{"data":"x"}}""")]
    [InlineData("""{"a":{"data":[1]}}""")]
    public void Contributions_ThatCannotBeRead_AreNone(string text) => Assert.Null(Contributions.Parse(text).ToText());

    [Theory]
    [InlineData("externalsecrets.external-secrets.io/externalsecret-cleanup", true)]
    [InlineData("externalsecrets.external-secrets.io/clusterexternalsecret-cleanup", true)]
    [InlineData("externalsecrets.external-secrets.io/ces-mine", true)]
    [InlineData("secretstore.externalsecrets.io/finalizer", true)]
    [InlineData("pushsecret.externalsecrets.io/finalizer", true)]
    [InlineData("generatorstate.externalsecrets.io/finalizer", true)]
    [InlineData("kubernetes", false)]
    [InlineData("externalsecrets.external-secrets.io/else", false)]
    public void Finalizers_OfThePeer_AreKnownAndRemoved(string finalizer, bool its)
    {
        var metadata = new ObjectMeta { ResourceVersion = "7", Finalizers = ["a/b", finalizer] };

        JsonNode patch = JsonNode.Parse(PeerFinalizers.Removal(metadata))!;

        Assert.Equal(its, PeerFinalizers.Any(metadata));
        Assert.Equal("7", (string?)patch["metadata"]!["resourceVersion"]);
        Assert.Equal(its ? ["a/b"] : ["a/b", finalizer], patch["metadata"]!["finalizers"]!.AsArray().Select(static f => (string?)f));
    }

    [Theory]
    [InlineData("db", "externalsecrets.external-secrets.io/db", true)]
    [InlineData("db", "externalsecrets.external-secrets.io/sha3/d45ce8f57fc4ba8a0ee1c26ba9f0bb2b1f5a8f1d6f2c9d1a4e7a0b0c", false)]
    [InlineData("db", "externalsecrets.external-secrets.io/other", false)]
    [InlineData("db", "kubectl", false)]
    public void PeersManager_IsThatOfItsExternalSecret(string name, string manager, bool its) => Assert.Equal(its, Marks.IsPeerManagerOf(name, manager));

    [Theory]
    [InlineData("plain")]
    [InlineData("quote \" back \\ slash /")]
    [InlineData("line\nfeed\ttab\r\u0000\u001f\u007f\u0085\u2028\u2029\ufeff")]
    [InlineData("é ü \u4e2d \U0001F600")]
    public void Text_ReadAsJsonAndAsYaml_IsTheSame(string text)
    {
        byte[] quoted = YamlSafeText.Quote(text);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Encoding.UTF8.GetString(quoted)));

        Assert.Equal(text, JsonSerializer.Deserialize<string>(quoted));
        Assert.Equal(text, ((YamlScalarNode)yaml.Documents[0].RootNode).Value);
        Assert.DoesNotContain("\\ud83d", Encoding.UTF8.GetString(quoted), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Text_HalfAPair_IsReplaced() => Assert.Equal("\"\uFFFD\"", Encoding.UTF8.GetString(YamlSafeText.Quote("\ud83d")));

    [Fact]
    public void ClearedBuffer_GrowsAndEndsCleared()
    {
        ReadOnlyMemory<byte> all;
        using (var buffer = new ClearedBuffer(4))
        {
            "abc"u8.CopyTo(buffer.GetSpan(3));
            buffer.Advance(3);
            "defgh"u8.CopyTo(buffer.GetSpan(5));
            buffer.Advance(5);
            all = buffer.Written;
            Assert.Equal("abcdefgh", Encoding.UTF8.GetString(all.Span));
        }

        Assert.All(all.ToArray(), static b => Assert.Equal(0, b));
    }
}
