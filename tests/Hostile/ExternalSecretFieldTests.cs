using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Every field that the CRD of ExternalSecret has, spoilt in every way: read as the API server sends it, refused with the field's name.
/// What the controller and a node make of such a refusal is in the two tests beside this.</summary>
public sealed class ExternalSecretFieldTests
{
    public static TheoryData<string> Paths => HostileExternalSecret.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public void Field_SpoiltInAnyWay_IsRefusedByName(string path)
    {
        var wrong = new List<string>();
        foreach (SpoiltField spoilt in HostileExternalSecret.Ways(path))
        {
            string said = SaidOf(Manifest(spoilt.TextIn(HostileExternalSecret.Around(spoilt.Path, "app"))));
            if (!said.Contains(spoilt.Says, StringComparison.Ordinal) || !said.StartsWith("ExternalSecret shop/app: ", StringComparison.Ordinal))
            {
                wrong.Add($"{spoilt.What}: {(said.Length > 300 ? said[..300] : said)}");
            }
            else
            {
                Remains.Says(said, spoilt.Says);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryFreeText_HasItsCasesOrAReasonWhyNot()
    {
        string[] free = [.. HostileExternalSecret.Fields.Where(static f => f.IsFree).Select(static f => f.Path)];
        Assert.Empty(free.Except(HostileExternalSecret.Texts.Keys).Except(HostileExternalSecret.Exempt.Keys));
        Assert.Empty(HostileExternalSecret.Texts.Keys.Concat(HostileExternalSecret.Exempt.Keys).Except(HostileExternalSecret.Fields.Select(static f => f.Path)));
    }

    [Fact]
    public void Lists_Of10000_AreReadAndTheirErrorsCounted()
    {
        JsonObject spec = HostileExternalSecret.Around("spec.data[0].remoteRef.key", "app");
        string good = spec["data"]![0]!.ToJsonString();
        spec["data"] = new JsonArray([.. Enumerable.Range(0, 10_000).Select(i => JsonNode.Parse(good.Replace("password", $"k{i}", StringComparison.Ordinal)))]);
        Assert.Equal("", Said(spec));

        spec["data"] = new JsonArray([.. Enumerable.Range(0, 10_000).Select(_ => JsonNode.Parse(good.Replace("password", "a b", StringComparison.Ordinal)))]);
        string said = Said(spec);
        Assert.Contains("spec.data[0].secretKey", said);
        Assert.Contains("more", said);
        Remains.Says(said);
    }

    [Fact]
    public void Members_NestedDeep_AreRefusedByName()
    {
        string deep = new StringBuilder().Insert(0, "[", 9_000).Append(']', 9_000).ToString();
        string said = SaidOf($$$"""{"metadata":{"namespace":"shop","name":"app"},"spec":{"secretStoreRef":{"name":"main"},"unknown":{{{deep}}} } }""");
        Assert.StartsWith("ExternalSecret shop/app: spec.unknown[0]", said);
        Assert.Contains("nested too deep", said);
    }

    [Fact]
    public void WhatCanBeRead_IsKept()
    {
        ExternalSecret read = Read("""{"metadata":{"namespace":"shop","name":"app","uid":"u"},"spec":{"target":{"name":"other"},"data":"x","refreshInterval":"5m"},"status":{"conditions":"x"} }""");
        Assert.Equal(("other", "5m", "u"), (read.Spec.Target!.Name, read.Spec.RefreshInterval, read.Metadata.Uid));
        Assert.Null(read.Status);
        Assert.NotNull(read.Unreadable);
    }

    private static string Said(JsonObject spec) => SaidOf(Manifest(spec.ToJsonString()));

    private static string Manifest(string spec) => $$$"""{"metadata":{"namespace":"shop","name":"app"},"spec":{{{spec}}} }""";

    private static string SaidOf(string json)
    {
        try
        {
            ExternalSecretReader.Read(Read(json));
            return "";
        }
        catch (SecretsException e)
        {
            Assert.Equal(FailureReason.ExternalSecretInvalid, e.Reason);
            return e.Message;
        }
    }

    private static ExternalSecret Read(string json) => ManifestReading.Read(Encoding.UTF8.GetBytes(json), ManifestJson.Default.ExternalSecret)!;
}
