using System.Text;
using System.Text.Json;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Local;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Local;

public sealed class PodVolumeCallTests
{
    private const string Driver = "secrets-store.csi.k8s.io";

    private static Pod Read(string spec) => JsonSerializer.Deserialize(
        Encoding.UTF8.GetBytes("{\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u1\"},\"spec\":" + spec + "}"), ManifestJson.Default.Pod)!;

    private static PodVolumeCall One(string spec) => Assert.Single(PodVolumeCall.Of(Read(spec), Driver, "/run/x"));

    [Fact]
    public void ACall_SaysWhatTheKubeletSays_WhateverTheAuthorWrote()
    {
        NodePublishVolumeRequest request = One("""
            {"serviceAccountName":"sa","securityContext":{"fsGroup":2000},"volumes":[{"name":"other"},{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io","readOnly":true,
             "volumeAttributes":{"secretProviderClass":"c","csi.storage.k8s.io/pod.namespace":"kube-system","csi.storage.k8s.io/serviceAccount.name":"admin"}}}]}
            """).ToRequest([new("k", "v")]);

        Assert.Equal(("/run/x/shop/web/s", true, "2000"), (request.TargetPath, request.Readonly, request.VolumeCapability.Mount.VolumeMountGroup));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["secretProviderClass"] = "c",
                ["csi.storage.k8s.io/pod.name"] = "web",
                ["csi.storage.k8s.io/pod.namespace"] = "shop",
                ["csi.storage.k8s.io/pod.uid"] = "u1",
                ["csi.storage.k8s.io/serviceAccount.name"] = "sa",
                ["csi.storage.k8s.io/ephemeral"] = "true",
            },
            request.VolumeContext.ToDictionary());
        Assert.Equal("v", request.Secrets["k"]);
        Assert.Equal(68, request.VolumeId.Length);
    }

    [Theory]
    [InlineData("""{"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io"}}]}""", true)]
    [InlineData("""{"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io","fsType":"x"}},{"name":"o","csi":{"driver":"other"}}]}""", true)]
    [InlineData("""{"serviceAccountName":"sa","volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io"}}]}""", false)]
    [InlineData("""{"securityContext":{"fsGroup":1},"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io"}}]}""", false)]
    [InlineData("""{"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io","readOnly":true}}]}""", false)]
    [InlineData("""{"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io","nodePublishSecretRef":{"name":"x"}}}]}""", false)]
    [InlineData("""{"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io","volumeAttributes":{"a":"b"}}}]}""", false)]
    public void AVolume_IsPublishedAnew_WhenWhatItIsMadeOfChanges(string spec, bool same)
    {
        const string Plain = """{"volumes":[{"name":"s","csi":{"driver":"secrets-store.csi.k8s.io"}}]}""";

        Assert.Equal(One(Plain).VolumeId, One(spec).VolumeId);
        Assert.Equal(same, One(Plain).Fingerprint == One(spec).Fingerprint);
    }
}
