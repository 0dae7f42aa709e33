using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class PeerHashTests
{
    [Fact]
    public void OfData_OfTheKnownVector_IsThePeers() => Assert.StartsWith(
        "1bed8bcb", PeerHash.OfData(Manifest.Values(("foo", "value1"), ("bar", "value2"))), StringComparison.Ordinal);

    [Fact]
    public void OfData_PrintsBytesAsGoDoes() =>
        Assert.Equal(PeerHash.OfText("map[a:[] b:[120 195 164]]"), PeerHash.OfData(Manifest.Values(("b", "x\u00e4"), ("a", ""))));

    [Fact]
    public void Version_IsGenerationAndHashOfTheSortedMaps()
    {
        ExternalSecretPlan plan = Manifest.PlanOfTarget("    {}") with
        {
            Generation = 7,
            Annotations = new Dictionary<string, string> { ["z"] = "1", ["a"] = "two words" },
            Labels = new Dictionary<string, string>(),
        };

        Assert.Equal("7-" + PeerHash.OfText("{annotations:map[a:two words z:1] labels:map[]}"), SyncedVersion.Of(plan));
    }

    /// <summary>SHA3-224 of the empty text, from FIPS 202's examples.</summary>
    [Fact]
    public void Of_Nothing_IsTheStandardsDigest() =>
        Assert.Equal("6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7", PeerHash.OfText(""));
}
