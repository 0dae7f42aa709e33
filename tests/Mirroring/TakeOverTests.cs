using System.Text.Json.Nodes;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Secrets that were somebody's before: a person's, the peer's, another controller's.</summary>
public abstract class TakeOverTests : MirrorTests
{
    private protected TakeOverTests(IClusterSeat seat)
        : base(seat)
    {
    }

    [Fact]
    public async Task HandMadeSecret_Owner_IsAdopted()
    {
        await Cluster.CreateAsync("handmade", "kubectl-create", """ "labels":{"team":"x"} """, """ "data":{"a":"MA==","b":"Mg==","z":"eg=="} """);

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "handmade", "a=1 b=2"), null);

        Assert.Equal(MirrorOutcome.Adopted, result.Outcome);
        Assert.Equal(["a"], result.Replaced);
        Assert.Equal(["z"], result.Removed);
        Assert.Equal("a=1 b=2", await Cluster.DataAsync("handmade"));
        Assert.Equal("db", result.Secret!.Controller!.Name);
        Assert.Equal("x", result.Secret.Metadata.Label("team"));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "web", nameof(FailureReason.TargetOwned))]
    [InlineData("external-secrets.io/v1beta1", "ExternalSecret", "other", nameof(FailureReason.TargetTaken))]
    public async Task AnotherController_IsNeverTouched(string apiVersion, string kind, string name, string reason)
    {
        await Cluster.CreateAsync(
            $"owned-{name}", "them", $$""" "ownerReferences":[{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","name":"{{name}}","uid":"u1","controller":true}] """, """ "data":{"a":"MA=="} """);
        ObservedSecret before = (await Cluster.SeeAsync($"owned-{name}"))!;

        SecretsException unseen = await Assert.ThrowsAsync<SecretsException>(() => MirrorAsync(Wish.Owned(Cluster, $"owned-{name}", "a=1"), null));
        SecretsException seen = await Assert.ThrowsAsync<SecretsException>(() => MirrorAsync(Wish.Owned(Cluster, $"owned-{name}", "a=1"), before));

        Assert.Equal((reason, reason), (unseen.Reason.ToString(), seen.Reason.ToString()));
        Assert.Contains(name, unseen.Message, StringComparison.Ordinal);
        Assert.Equal(before.Metadata.ResourceVersion, (await Cluster.SeeAsync($"owned-{name}"))!.Metadata.ResourceVersion);
    }

    [Theory]
    [InlineData("db")]
    [InlineData("an-external-secret-with-a-name-of-forty-ch")]
    public async Task PeersSecret_LeavingKeyLabelAndAnnotation_ReallyGo(string from)
    {
        string manager = from.Length + Marks.PeerManagerPrefix.Length > 63 ? $"{Marks.PeerManagerPrefix}sha3/{PeerHash.OfText(from)}" : Marks.PeerManagerPrefix + from;
        await CreateAsPeerAsync($"peers-{from.Length}", manager, from, "a=1 b=2", """,{"old":"1"}""");
        ObservedSecret before = (await Cluster.SeeAsync($"peers-{from.Length}"))!;

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, $"peers-{from.Length}", "a=1", from), before);

        JsonNode raw = await Cluster.RawAsync($"peers-{from.Length}");
        Assert.Equal("a=1", await Cluster.DataAsync($"peers-{from.Length}"));
        Assert.Equal(MirrorOutcome.Updated, result.Outcome);
        Assert.Null(raw["metadata"]!["labels"]!["old"]);
        Assert.Null(raw["metadata"]!["annotations"]!["old"]);
        Assert.Equal(["external-secrets Apply"], result.Secret!.Owners.Select(static o => $"{o.Manager} {o.Operation}"));
    }

    [Fact]
    public async Task PeersMergeTarget_LeavingKey_GoesAndForeignAndOtherContributorsStay()
    {
        await Cluster.CreateAsync("peer-merge", "kubectl-create", "", """ "data":{"z":"eg=="} """);
        string hash = PeerHash.OfData(Wish.Data("a=1 b=2 z=z"));
        await Cluster.EditAsync(
            "peer-merge", Marks.PeerManagerPrefix + "one", $$$"""{"metadata":{"labels":{"{{{Marks.Managed}}}":"true"}},"data":{"a":"MQ==","b":"Mg=="}}""");
        await Cluster.EditAsync(
            "peer-merge", Marks.PeerManagerPrefix + "two", $$$"""{"metadata":{"annotations":{"{{{Marks.DataHash}}}":"{{{hash}}}"}},"data":{"c":"Mw=="}}""");

        await MirrorAsync(Wish.For(Cluster, "peer-merge", MirrorMode.Merge, "a=1", "one"), await Cluster.SeeAsync("peer-merge"));
        string? after = await Cluster.DataAsync("peer-merge");
        await MirrorAsync(Wish.For(Cluster, "peer-merge", MirrorMode.Merge, "d=4", "two"), await Cluster.SeeAsync("peer-merge"));

        Assert.Equal("a=1 c=3 z=z", after);
        Assert.Equal("a=1 d=4 z=z", await Cluster.DataAsync("peer-merge"));
    }

    [Fact]
    public async Task PeersSecret_NothingDiffers_IsNotRewritten()
    {
        await CreateAsPeerAsync("untouched", Marks.PeerManagerPrefix + "db", "db", "a=1 b=2", "");
        ObservedSecret before = (await Cluster.SeeAsync("untouched"))!;

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "untouched", "a=1 b=2"), before);

        Assert.Equal(MirrorOutcome.Unchanged, result.Outcome);
        Assert.Equal(before.Metadata.ResourceVersion, (await Cluster.SeeAsync("untouched"))!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task PolicyChanges_OwnerToMerge_LetsGoOfOwnershipAndStaleKeys()
    {
        ObservedSecret owned = await DoneAsync(Wish.Owned(Cluster, "changed", "a=1 b=2"));

        ObservedSecret after = (await MirrorAsync(Wish.For(Cluster, "changed", MirrorMode.Merge, "a=1"), owned)).Secret!;

        Assert.Equal("a=1", await Cluster.DataAsync("changed"));
        Assert.Empty(after.Metadata.OwnerReferences ?? []);
        Assert.Null(after.Metadata.Label(Marks.CreatedBy));
    }
}
