using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Several contributors to one Secret, and what is not theirs.</summary>
public abstract class UnionTests : MirrorTests
{
    private protected UnionTests(IClusterSeat seat)
        : base(seat)
    {
    }

    [Fact]
    public async Task Merge_NoTarget_WaitsAndCreateOrMergeMakesIt()
    {
        MirrorResult waiting = await MirrorAsync(Wish.For(Cluster, "later", MirrorMode.Merge, "a=1"), null);
        string? none = await Cluster.DataAsync("later");
        MirrorResult made = await MirrorAsync(Wish.For(Cluster, "later", MirrorMode.CreateOrMerge, "a=1"), null);

        Assert.Equal((MirrorOutcome.TargetMissing, null), (waiting.Outcome, none));
        Assert.Equal(MirrorOutcome.Created, made.Outcome);
        Assert.Empty(made.Secret!.Metadata.OwnerReferences ?? []);
        Assert.Null(made.Secret.Metadata.Label(Marks.CreatedBy));
    }

    [Fact]
    public async Task Merge_IntoHandMade_KeepsForeignKeysAndHashesThemToo()
    {
        await Cluster.CreateAsync("merged", "kubectl-create", "", """ "data":{"a":"MA==","z":"eg=="},"type":"example.com/x" """);

        MirrorResult first = await MirrorAsync(Wish.For(Cluster, "merged", MirrorMode.Merge, "a=1 b=2"), null);
        string? both = await Cluster.DataAsync("merged");
        await MirrorAsync(Wish.For(Cluster, "merged", MirrorMode.Merge, "b=3"), first.Secret);

        Assert.Equal(["a"], first.Replaced);
        Assert.Equal("a=1 b=2 z=z", both);
        Assert.Equal(PeerHash.OfData(Wish.Data("a=1 b=2 z=z")), first.Secret!.Metadata.Annotation(Marks.DataHash));
        Assert.Equal("example.com/x", first.Secret.Type);
        Assert.Equal("b=3 z=z", await Cluster.DataAsync("merged"));
    }

    [Fact]
    public async Task Merge_SeveralContributors_AreOneUnion()
    {
        await Cluster.CreateAsync("union", "kubectl-create", "", """ "data":{"z":"eg=="} """);
        using DesiredSecret one = Labelled(Wish.For(Cluster, "union", MirrorMode.Merge, "a=1 b=2", "one"), "one");
        using DesiredSecret two = Labelled(Wish.For(Cluster, "union", MirrorMode.Merge, "c=3", "two"), "two");

        await Mirror.ApplyAsync(one, null, Ct);
        ObservedSecret both = (await Mirror.ApplyAsync(two, await Cluster.SeeAsync("union"), Ct)).Secret!;
        string? union = await Cluster.DataAsync("union");
        using DesiredSecret less = Labelled(Wish.For(Cluster, "union", MirrorMode.Merge, "b=5", "one"), "one");
        ObservedSecret after = (await Mirror.ApplyAsync(less, both, Ct)).Secret!;

        Assert.Equal("a=1 b=2 c=3 z=z", union);
        Assert.Equal(
            """{"one":{"data":["a","b"],"labels":["by-one"]},"two":{"data":["c"],"labels":["by-two"]}}""", both.Metadata.Annotation(Marks.Contributors));
        Assert.Equal(("yes", "yes"), (both.Metadata.Label("by-one"), both.Metadata.Label("by-two")));
        Assert.Equal("b=5 c=3 z=z", await Cluster.DataAsync("union"));
        Assert.Equal(("yes", "yes"), (after.Metadata.Label("by-one"), after.Metadata.Label("by-two")));
        Assert.Equal("""{"one":{"data":["b"],"labels":["by-one"]},"two":{"data":["c"],"labels":["by-two"]}}""", after.Metadata.Annotation(Marks.Contributors));
        Assert.Equal(PeerHash.OfData(Wish.Data("b=5 c=3 z=z")), after.Metadata.Annotation(Marks.DataHash));
    }

    [Fact]
    public async Task Merge_ContributorThatFailsOrIsUnknown_KeepsItsLiveValue()
    {
        await DoneAsync(Wish.For(Cluster, "failing", MirrorMode.CreateOrMerge, "a=1 c=3", "one"));
        await DoneAsync(Wish.For(Cluster, "failing", MirrorMode.Merge, "b=2", "two"), await Cluster.SeeAsync("failing"));
        await Cluster.EditAsync("failing", "kubectl-edit", """{"data":{"a":"ZWRpdGVk","c":null}}""");

        // A new process, which knows nothing of the first contributor.
        await MirrorAsync(Wish.For(Cluster, "failing", MirrorMode.Merge, "b=4", "two"), null);

        Assert.Equal("a=edited b=4", await Cluster.DataAsync("failing"));
    }

    [Fact]
    public async Task Merge_KeyOfAnother_IsTakenAndSaidSo()
    {
        await DoneAsync(Wish.For(Cluster, "contested", MirrorMode.CreateOrMerge, "a=1 b=1", "one"));

        MirrorResult result = await MirrorAsync(Wish.For(Cluster, "contested", MirrorMode.Merge, "a=2", "two"), await Cluster.SeeAsync("contested"));

        Assert.Equal(["a"], result.Contested);
        Assert.Equal("""{"one":{"data":["b"]},"two":{"data":["a"]}}""", result.Secret!.Metadata.Annotation(Marks.Contributors));
        Assert.Equal("a=2 b=1", await Cluster.DataAsync("contested"));
    }

    [Fact]
    public async Task NothingLeft_Merge_ItsKeysGoAndForeignOnesStayForGood()
    {
        await Cluster.CreateAsync("emptied", "kubectl-create", "", """ "data":{"z":"eg=="} """);
        await MirrorAsync(Wish.For(Cluster, "emptied", MirrorMode.Merge, "a=1"), null);
        await MirrorAsync(Wish.For(Cluster, "emptied", MirrorMode.Merge, ""), await Cluster.SeeAsync("emptied"));
        string? emptied = await Cluster.DataAsync("emptied");
        await MirrorAsync(Wish.For(Cluster, "emptied", MirrorMode.Merge, "b=2"), await Cluster.SeeAsync("emptied"));

        Assert.Equal("z=z", emptied);
        Assert.Equal("b=2 z=z", await Cluster.DataAsync("emptied"));
    }

    [Fact]
    public async Task ForeignKeysMakerHasNoneLeft_OurLeavingKeyGoesAllTheSame()
    {
        await Cluster.CreateAsync("wholly", "kubectl-create", "", """ "data":{"z":"eg=="} """);
        await MirrorAsync(Wish.For(Cluster, "wholly", MirrorMode.Merge, "a=1"), null);
        await Cluster.EditAsync("wholly", "kubectl-edit", """{"data":{"z":null}}""");

        await MirrorAsync(Wish.For(Cluster, "wholly", MirrorMode.Merge, "b=2"), await Cluster.SeeAsync("wholly"));

        Assert.Equal("b=2", await Cluster.DataAsync("wholly"));
    }

    [Fact]
    public async Task KeySetByAnotherToo_OurLeavingKeyGoesAllTheSame()
    {
        await MirrorAsync(Wish.For(Cluster, "shared", MirrorMode.CreateOrMerge, "a=1 b=2"), null);
        await Cluster.ApplyAsync("shared", "helm", """ "data":{"a":"MQ=="} """);

        await MirrorAsync(Wish.For(Cluster, "shared", MirrorMode.CreateOrMerge, "b=2"), await Cluster.SeeAsync("shared"));

        Assert.Equal("b=2", await Cluster.DataAsync("shared"));
    }

    [Fact]
    public async Task Merge_IntoWhatAnotherControllerOwns_AddsKeysAndLeavesTheOwner()
    {
        await Cluster.CreateAsync(
            "certificate", "cert-manager", """ "ownerReferences":[{"apiVersion":"cert-manager.io/v1","kind":"Certificate","name":"c","uid":"u9","controller":true}] """, """ "data":{"z":"eg=="} """);

        MirrorResult result = await MirrorAsync(Wish.For(Cluster, "certificate", MirrorMode.Merge, "a=1"), null);

        Assert.Equal("a=1 z=z", await Cluster.DataAsync("certificate"));
        Assert.Equal("Certificate", result.Secret!.Controller!.Kind);
    }

    [Theory]
    [InlineData("Owner", true, "a=1", true)]
    [InlineData("Orphan", true, "a=1", false)]
    [InlineData("Merge", false, "a=1 z=z", false)]
    [InlineData("CreateOrMerge", true, "a=1 z=z", false)]
    public async Task CreationPolicy_BehavesByTheTable(string policy, bool creates, string overHandMade, bool owns)
    {
        string name = $"policy-{policy}".ToLowerInvariant();
        MirrorResult fresh = await MirrorAsync(Want(), null);
        string? created = await Cluster.DataAsync(name);
        await Cluster.DeleteAsync(name);
        await Cluster.CreateAsync(name, "kubectl-create", "", """ "data":{"a":"MA==","z":"eg=="} """);
        MirrorResult over = await MirrorAsync(Want(), null);

        Assert.Equal(creates ? "a=1" : null, created);
        Assert.Equal(creates ? MirrorOutcome.Created : MirrorOutcome.TargetMissing, fresh.Outcome);
        Assert.Equal(overHandMade, await Cluster.DataAsync(name));
        Assert.Equal(owns, over.Secret!.Controller is not null);

        DesiredSecret Want() => policy == "Owner" ? Wish.Owned(Cluster, name, "a=1") : Wish.For(Cluster, name, policy switch
        {
            "Merge" => MirrorMode.Merge,
            "CreateOrMerge" => MirrorMode.CreateOrMerge,
            _ => MirrorMode.Replace,
        }, "a=1");
    }
}
