using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Kube;

/// <summary>The CRDs of external-secrets.io, as text and on a server of 1.20.</summary>
public sealed class ExternalSecretCrdTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    private const string Group = "external-secrets.io";

    private const string VaultStore =
        """
        {"provider":{"vault":{"server":"https://vault:8200","path":"secret","version":"v2","namespace":"a","auth":{"kubernetes":{"mountPath":"kubernetes","role":"r","serviceAccountRef":{"name":"sa","audiences":["x","y"]}}},"headers":{"X-Any":"1"},"caProvider":null,"readYourWrites":true,"maxLeases":3}},"refreshInterval":300,"conditions":[{"namespaceSelector":{"matchLabels":{"a":"b"}}}]}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["externalsecrets", "secretstores", "clustersecretstores", "clusterexternalsecrets"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Crd_ServesBothVersionsAlikeAndStoresV1(string plural)
    {
        JsonNode[] versions = [.. Crd(plural)["spec"]!["versions"]!.AsArray()!];

        Assert.Equal(["v1 True True", "v1beta1 True False"], versions.Select(v => $"{v["name"]} {v["served"]!.GetValue<bool>()} {v["storage"]!.GetValue<bool>()}"));
        Assert.True(JsonNode.DeepEquals(versions[0]["schema"], versions[1]["schema"]));
        Assert.True(JsonNode.DeepEquals(versions[0]["additionalPrinterColumns"], versions[1]["additionalPrinterColumns"]));
        Assert.All(versions, v => Assert.NotNull(v["subresources"]!["status"]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Crd_FitsIntoLastApplied(string plural) => Assert.InRange(Crd(plural).ToJsonString().Length, 1, 200_000);

    [Fact]
    public void ExternalSecret_DefaultsNothingElse_SoThatNoDiffIsPermanent()
    {
        var defaults = new List<string>();
        Collect(Crd("externalsecrets")["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!, "", defaults);

        Assert.Equal(
            [
                "spec.dataFrom[].sourceRef.generatorRef.apiVersion=\"generators.external-secrets.io/v1alpha1\"",
                "spec.data[].sourceRef.generatorRef.apiVersion=\"generators.external-secrets.io/v1alpha1\"",
                "spec.refreshInterval=\"1h0m0s\"",
                "spec.target.creationPolicy=\"Owner\"",
                "spec.target.deletionPolicy=\"Retain\"",
                "spec.target.template.engineVersion=\"v2\"",
                "spec.target.template.mergePolicy=\"Replace\"",
                "spec.target.template.templateFrom[].configMap.items[].templateAs=\"Values\"",
                "spec.target.template.templateFrom[].secret.items[].templateAs=\"Values\"",
                "spec.target.template.templateFrom[].target=\"Data\"",
                "spec.target={\"creationPolicy\":\"Owner\",\"deletionPolicy\":\"Retain\"}",
            ],
            defaults.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnotherProvidersStore_GoesThroughServerAndRecordsAsItWas()
    {
        KubeClient client = await InstalledAsync();
        var old = AnyObject.Type(Group, "v1beta1", "secretstores", "SecretStore", true);
        var known = new ResourceType<SecretStore>(Group, "v1", "secretstores", "SecretStore", true, ManifestJson.Default.SecretStore);
        await client.CreateAsync(old, AnyObject.Of("default", "vault", $$"""{"spec":{{VaultStore}}}"""), Ct);
        AnyObject? served = await client.GetAsync(old, new ObjectKey("default", "vault"), Ct);

        SecretStore read = (await client.GetAsync(known, new ObjectKey("default", "vault"), Ct))!;
        SecretStore? written = await client.ReplaceAsync(
            known, read with { Metadata = read.Metadata with { Labels = new Dictionary<string, string> { ["seen"] = "yes" } } }, Ct);
        AnyObject? back = await client.GetAsync(old, new ObjectKey("default", "vault"), Ct);

        Assert.Equal("yes", written?.Metadata.Label("seen"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(VaultStore), JsonNode.Parse(served!.Rest!["spec"].GetRawText())), served.Rest["spec"].GetRawText());
        Assert.Equal(served.Rest["spec"].GetProperty("provider").GetRawText(), back!.Rest!["spec"].GetProperty("provider").GetRawText());
        Assert.Equal(300, back.Rest["spec"].GetProperty("refreshInterval").GetInt32());
    }

    [Fact]
    public async Task TheGuidesExternalSecret_IsServedInBothVersionsWithDefaults()
    {
        KubeClient client = await InstalledAsync();
        var old = AnyObject.Type(Group, "v1beta1", "externalsecrets", "ExternalSecret", true);
        var known = new ResourceType<ExternalSecret>(Group, "v1", "externalsecrets", "ExternalSecret", true, ManifestJson.Default.ExternalSecret);
        await client.CreateAsync(
            old, AnyObject.Of("default", "db", """{"spec":{"secretStoreRef":{"name":"s"},"data":[{"secretKey":"k","remoteRef":{"key":"r","property":"p"}}]}}"""), Ct);

        ExternalSecret read = (await client.GetAsync(known, new ObjectKey("default", "db"), Ct))!;

        Assert.Equal(
            """{"secretStoreRef":{"name":"s"},"refreshInterval":"1h0m0s","target":{"creationPolicy":"Owner","deletionPolicy":"Retain"},"data":[{"secretKey":"k","remoteRef":{"key":"r","property":"p"}}],"dataFrom":[]}""",
            JsonSerializer.Serialize(read.Spec, ManifestJson.Default.ExternalSecretSpec));
    }

    [Theory]
    [InlineData("""{"refreshPolicy":"Sometimes"}""", "spec.refreshPolicy")]
    [InlineData("""{"refreshInterval":0}""", "spec.refreshInterval")]
    [InlineData("""{"data":[{"secretKey":"a b","remoteRef":{"key":"r"}}]}""", "spec.data.secretKey")]
    [InlineData("""{"data":[{"secretKey":"a"}]}""", "spec.data.remoteRef")]
    [InlineData("""{"dataFrom":[{"sourceRef":{}}]}""", "spec.dataFrom.sourceRef")]
    [InlineData("""{"dataFrom":[{"rewrite":[{"regexp":{"source":"a","target":"b"},"transform":{"template":"x"}}]}]}""", "spec.dataFrom.rewrite")]
    [InlineData("""{"syncWindows":{"kind":"allow","windows":[{"schedule":"daily","duration":"1h"}]}}""", "spec.syncWindows.windows.schedule")]
    public async Task WrongField_IsRefusedByTheServer(string spec, string field)
    {
        KubeClient client = await InstalledAsync();
        var type = AnyObject.Type(Group, "v1", "externalsecrets", "ExternalSecret", true);

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => client.CreateAsync(type, AnyObject.Of("default", "wrong", $$"""{"spec":{{spec}}}"""), Ct));

        Assert.Equal(FailureReason.KubernetesInvalid, e.Reason);
        Assert.Contains(field, e.Message, StringComparison.Ordinal);
    }

    private static JsonNode Crd(string plural) => InstalledCrds.Documents().Single(d => d["metadata"]!["name"]!.GetValue<string>() == $"{plural}.{Group}");

    private static void Collect(JsonNode schema, string path, List<string> defaults)
    {
        if (schema["default"] is { } value)
        {
            defaults.Add($"{path}={value.ToJsonString()}");
        }

        foreach ((string name, JsonNode? property) in schema["properties"]?.AsObject() ?? [])
        {
            Collect(property!, path.Length == 0 ? name : $"{path}.{name}", defaults);
        }

        if (schema["items"] is { } items)
        {
            Collect(items, path + "[]", defaults);
        }
    }

    /// <summary>A client of a server that has the CRDs, established.</summary>
    private async Task<KubeClient> InstalledAsync()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        var config = JsonNode.Parse($$$"""
            {"clusters":[{"name":"c","cluster":{"server":"{{{server.Server}}}","certificate-authority":"ca.crt"}}],
             "users":[{"name":"u","user":{"client-certificate":"admin.crt","client-key":"admin.key"}}],
             "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}
            """)!;
        var file = new KubeConfigFile(Path.Combine(server.Pki, "kubeconfig"), config, TimeProvider.System);
        var client = new KubeClient(new KubeHttp(file.Connect(""), TimeProvider.System, NullLogger<KubeHttp>.Instance), TimeProvider.System);
        await InstalledCrds.EnsureAsync(client);
        return client;
    }
}
