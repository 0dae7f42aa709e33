using System.Text.Json;
using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Kube;

public sealed class ManifestJsonTests
{
    [Fact]
    public void SecretProviderClass_UnknownFields_SurviveTheRoundTrip()
    {
        const string text = """
            {"apiVersion":"secrets-store.csi.x-k8s.io/v1","kind":"SecretProviderClass","metadata":{"name":"db","namespace":"shop"},
             "spec":{"provider":"aws","parameters":{"objects":"[]"},"newThing":{"a":[1]},
                     "secretObjects":[{"secretName":"s","type":"Opaque","later":1,"data":[{"objectName":"o","key":"k","x":"y"}]}]},
             "status":{"byPod":[{"id":"1"}]}}
            """;

        SecretProviderClass read = JsonSerializer.Deserialize(text, ManifestJson.Default.SecretProviderClass)!;
        string written = JsonSerializer.Serialize(read, ManifestJson.Default.SecretProviderClass);

        Assert.Equal("aws", read.Spec.Provider);
        Assert.Contains("\"newThing\":{\"a\":[1]}", written, StringComparison.Ordinal);
        Assert.Contains("\"later\":1", written, StringComparison.Ordinal);
        Assert.Contains("\"x\":\"y\"", written, StringComparison.Ordinal);
        Assert.Contains("\"byPod\":[{\"id\":\"1\"}]", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":null,"spec":null}""")]
    [InlineData("""{"metadata":{"name":null},"spec":{"provider":null,"parameters":null,"secretObjects":null}}""")]
    public void SecretProviderClass_MissingOrNullFields_ReadAsEmpty(string text)
    {
        SecretProviderClass read = JsonSerializer.Deserialize(text, ManifestJson.Default.SecretProviderClass)!;

        Assert.Equal("", read.Metadata.Name);
        Assert.Equal("", read.Spec.Provider);
        Assert.Empty(read.Spec.Parameters);
        Assert.Empty(read.Spec.SecretObjects);
    }

    [Fact]
    public void Secret_DataAndStringData_AreReadAndNeverPrinted()
    {
        using Secret secret = JsonSerializer.Deserialize(
            """{"metadata":{"name":"s"},"data":{"a":"bWFya2Vy","b":"eA=="},"stringData":{"a":"mark\u0065r-2"}}""",
            ManifestJson.Default.Secret)!;

        Assert.Equal("marker-2"u8.ToArray(), secret.Find("a")!.Span.ToArray());
        Assert.Equal("x"u8.ToArray(), secret.Find("b")!.Span.ToArray());
        Assert.Null(secret.Find("c"));
        Assert.Equal(["a", "b"], secret.Keys());
        Assert.DoesNotContain("marker", secret.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_DataNotBase64_FailsWithoutTheText()
    {
        JsonException error = Assert.Throws<JsonException>(
            () => JsonSerializer.Deserialize("""{"data":{"a":"marker!!"}}""", ManifestJson.Default.Secret));

        Assert.DoesNotContain("marker", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lease_Times_HaveSixDigits()
    {
        var lease = new Lease { Spec = new LeaseSpec { RenewTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 120, TimeSpan.Zero) } };

        string written = JsonSerializer.Serialize(lease, ManifestJson.Default.Lease);

        Assert.Contains("\"renewTime\":\"2026-01-02T03:04:05.120000Z\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_OfCoreAndGroupedTypes_AreTheServers()
    {
        Assert.Equal("/api/v1/pods", ResourceTypes.Pods.CollectionPath(""));
        Assert.Equal("/api/v1/namespaces/shop/pods/p", ResourceTypes.Pods.ObjectPath(new("shop", "p")));
        Assert.Equal("/apis/storage.k8s.io/v1/csidrivers/d", ResourceTypes.CsiDrivers.ObjectPath(new("", "d")));
        Assert.Equal("/api/v1/namespaces/shop/serviceaccounts/a/token", ResourceTypes.ServiceAccounts.ObjectPath(new("shop", "a"), "token"));
    }
}
