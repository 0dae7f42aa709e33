using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Against the API server of the tests, which counts calls and fails when it is told to.</summary>
public sealed class FakeSecretMirrorTests : SecretMirrorTests, IAsyncLifetime
{
    private FakeKubeApi api = null!;
    private KubeHttp http = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeKubeApi.StartAsync();
        http = new KubeHttp(api.Connection(TimeProvider.System), TimeProvider.System, NullLogger<KubeHttp>.Instance);
        Cluster = new Cluster(http, "default");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Calls_AreAsFewAsCanBe()
    {
        ObservedSecret made = await DoneAsync(Wish.Owned(Cluster, "few", "a=1"));
        int create = api.Requests.Count;
        ObservedSecret changed = await DoneAsync(Wish.Owned(Cluster, "few", "a=2 b=1"), made);
        int update = api.Requests.Count - create;
        await DoneAsync(Wish.Owned(Cluster, "few", "a=2 b=1"), changed);

        Assert.Equal((1, 1), (create, update));
        Assert.Equal(["patch secrets", "patch secrets"], api.Requests);
    }

    [Fact]
    public async Task ServerRefusesAVersionOfWhatIsNew_ItIsMadeWithoutOne()
    {
        int patches = 0;
        api.Fault = route => route.Verb == "patch" && patches++ == 0 ? new FakeKubeApiFault { Code = 409 } : null;

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "strict", "a=1"), null);

        Assert.Equal(MirrorOutcome.Created, result.Outcome);
        Assert.Equal("a=1", await Cluster.DataAsync("strict"));
    }

    [Fact]
    public async Task ApplyFailsAfterTheFold_NoContentHasChanged()
    {
        await CreateAsPeerAsync("half", Marks.PeerManagerPrefix + "db", "db", "a=1 b=2", "");
        JsonNode before = api.Get("secrets", "default", "half")!["data"]!;
        int patches = 0;
        api.Fault = route => route.Verb == "patch" && patches++ == 1 ? new FakeKubeApiFault { Code = 403 } : null;

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            async () => await MirrorAsync(Wish.Owned(Cluster, "half", "a=3"), await Cluster.SeeAsync("half")));
        JsonNode between = api.Get("secrets", "default", "half")!["data"]!;
        await MirrorAsync(Wish.Owned(Cluster, "half", "a=3"), await Cluster.SeeAsync("half"));

        Assert.Equal(FailureReason.KubernetesDenied, e.Reason);
        Assert.Equal(before.ToJsonString(), between.ToJsonString());
        Assert.Equal("a=3", await Cluster.DataAsync("half"));
    }

    [Fact]
    public async Task NoPlaintext_IsInAnyFactOrMessage()
    {
        const string marker = "marker-5f1c";
        await Cluster.CreateAsync("marked", "kubectl-create", """ "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"marker-5f1c"} """, """ "data":{"a":"bWFya2VyLTVmMWM="} """);

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "marked", $"a={marker} b={marker}"), null);
        using DesiredSecret typed = new()
        {
            Key = Cluster.Key("marked"), From = new Contributor { Namespace = "default", Name = "db" }, Type = "x", Data = Wish.Data($"a={marker}"),
        };
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => Mirror.ApplyAsync(typed, result.Secret, Ct));

        Assert.DoesNotContain(marker, $"{result} {result.Secret} {result.Applied} {typed} {e}", StringComparison.Ordinal);
        Assert.DoesNotContain(result.Secret!.Metadata.Annotations!.Values, static v => v.Contains(marker, StringComparison.Ordinal));
    }
}
