using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Tests.Kube;

/// <summary>Words that thousands of objects share.</summary>
public sealed class CommonWordTests
{
    [Fact]
    public void CommonWords_OfTwoObjects_AreTheSameString()
    {
        ExternalSecretSpec one = Read("""{"secretStoreRef": {"name": "a", "kind": "ClusterSecretStore"}}""");
        ExternalSecretSpec two = Read("""{"secretStoreRef": {"name": "b", "kind": "Cluster\u0053ecretStore"}}""");

        Assert.Equal("ClusterSecretStore", two.SecretStoreRef!.Kind);
        Assert.Same(one.SecretStoreRef!.Kind, two.SecretStoreRef.Kind);
    }

    [Fact]
    public void NamesThatComeAgain_AreTheSameString_WhetherWithinOneObjectOrInTheNext()
    {
        string name = $"credentials-{Guid.NewGuid()}";
        ExternalSecretSpec one = Read($$$"""{"target": {"name": "{{{name}}}"}, "data": [{"secretKey": "k", "remoteRef": {"key": "{{{name}}}"}}]}""");
        ExternalSecretSpec two = Read($$$"""{"target": {"name": "{{{name}}}"}}""");

        Assert.Equal(name, two.Target!.Name);
        Assert.Same(one.Target!.Name, one.Data[0].RemoteRef!.Key);
        Assert.Same(one.Target.Name, two.Target.Name);
    }

    [Fact]
    public void RecentStrings_ManyOfThem_AreEachWhatWasAskedFor()
    {
        for (int i = 0; i < 20_000; i++)
        {
            string text = new('x', i % 80);
            Assert.Equal(text + i, RecentStrings.Of(text + i));
        }
    }

    [Theory]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("Zürich \\\" \\u0041")]
    [InlineData("")]
    public void OtherWords_OfAnyLength_AreReadAsTheyAre(string json)
    {
        string text = $$"""{"refreshInterval": "{{json}}"}""";

        Assert.Equal(JsonDocument.Parse(text).RootElement.GetProperty("refreshInterval").GetString(), Read(text).RefreshInterval);
    }

    [Fact]
    public void Null_IsNull_AndANumberIsRefusedWithItsPlace()
    {
        Assert.Null(Read("""{"refreshInterval": null}""").RefreshInterval);
        JsonException e = Assert.Throws<JsonException>(() => Read("""{"refreshInterval": 5}"""));
        Assert.Equal("$.spec.refreshInterval", e.Path);
    }

    private static ExternalSecretSpec Read(string spec) =>
        JsonSerializer.Deserialize($$"""{"metadata": {"name": "x"}, "spec": {{spec}}}""", ManifestJson.Default.ExternalSecret)!.Spec;
}
