using System.Text.Json.Nodes;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Which calls are made, and what happens when one fails.</summary>
public sealed class CallTests : MirrorTests
{
    private readonly FakeSeat seat;

    public CallTests()
        : this(new FakeSeat())
    {
    }

    private CallTests(FakeSeat seat)
        : base(seat) => this.seat = seat;

    private FakeKubeApi Api => seat.Api;

    [Fact]
    public async Task Calls_AreAsFewAsCanBe()
    {
        ObservedSecret made = await DoneAsync(Wish.Owned(Cluster, "few", "a=1"));
        int create = Api.Requests.Count;
        ObservedSecret changed = await DoneAsync(Wish.Owned(Cluster, "few", "a=2 b=1"), made);
        int update = Api.Requests.Count - create;
        await DoneAsync(Wish.Owned(Cluster, "few", "a=2 b=1"), changed);

        Assert.Equal((1, 1), (create, update));
        Assert.Equal(["patch secrets", "patch secrets"], Api.Requests);
    }

    [Fact]
    public async Task ServerRefusesAVersionOfWhatIsNew_ItIsMadeWithoutOne()
    {
        int patches = 0;
        Api.Fault = route => route.Verb == "patch" && patches++ == 0 ? new FakeKubeApiFault { Code = 409 } : null;

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "strict", "a=1"), null);

        Assert.Equal(MirrorOutcome.Created, result.Outcome);
        Assert.Equal("a=1", await Cluster.DataAsync("strict"));
    }

    [Fact]
    public async Task ApplyFailsAfterTheFold_NoContentHasChanged()
    {
        await CreateAsPeerAsync("half", Marks.PeerManagerPrefix + "db", "db", "a=1 b=2", "");
        JsonNode before = Api.Get("secrets", "default", "half")!["data"]!;
        int patches = 0;
        Api.Fault = route => route.Verb == "patch" && patches++ == 1 ? new FakeKubeApiFault { Code = 403 } : null;

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            async () => await MirrorAsync(Wish.Owned(Cluster, "half", "a=3"), await Cluster.SeeAsync("half")));
        JsonNode between = Api.Get("secrets", "default", "half")!["data"]!;
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
            Key = Cluster.Key("marked"),
            From = new Contributor { Namespace = "default", Name = "db" },
            Type = "x",
            Data = Wish.Data($"a={marker}"),
        };
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => Mirror.ApplyAsync(typed, result.Secret, Ct));

        Assert.DoesNotContain(marker, $"{result} {result.Secret} {result.Applied} {typed} {e}", StringComparison.Ordinal);
        Assert.DoesNotContain(result.Secret!.Metadata.Annotations!.Values, static v => v.Contains(marker, StringComparison.Ordinal));
    }
}
