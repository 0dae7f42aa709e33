using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>How a Secret is written.</summary>
public abstract class ApplyTests : MirrorTests
{
    private protected ApplyTests(IClusterSeat seat)
        : base(seat)
    {
    }

    [Fact]
    public async Task NewSecret_Owner_HasTheMarksOfThePeer()
    {
        using DesiredSecret want = Wish.Owned(Cluster, "new", "foo=value1 bar=value2");

        MirrorResult result = await Mirror.ApplyAsync(want, null, Ct);

        ObservedSecret seen = (await Cluster.SeeAsync("new"))!;
        Assert.Equal(MirrorOutcome.Created, result.Outcome);
        Assert.Equal("bar=value2 foo=value1", await Cluster.DataAsync("new"));
        Assert.Equal("true", seen.Metadata.Label(Marks.Managed));
        Assert.Equal(PeerHash.OfText($"{Cluster.Namespace}/db"), seen.Metadata.Label(Marks.CreatedBy));
        Assert.Equal("1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64", seen.Metadata.Annotation(Marks.DataHash));
        Assert.Null(seen.Metadata.Annotation(Marks.Contributors));
        Assert.Equal(("ExternalSecret", "db", Wish.Uid, true), (seen.Controller!.Kind, seen.Controller.Name, seen.Controller.Uid, seen.Controller.BlockOwnerDeletion!.Value));
        Assert.Equal("Opaque", seen.Type);
        Assert.Equal(["external-secrets Apply"], seen.Owners.Select(static o => $"{o.Manager} {o.Operation}"));
        Assert.Equal(seen.Metadata.ResourceVersion, result.Secret!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task NothingDiffers_IsNotWritten()
    {
        using DesiredSecret want = Wish.Owned(Cluster, "same", "a=1");
        ObservedSecret first = (await Mirror.ApplyAsync(want, null, Ct)).Secret!;

        MirrorResult again = await Mirror.ApplyAsync(want, first, Ct);

        Assert.Equal(MirrorOutcome.Unchanged, again.Outcome);
        Assert.Equal(first.Metadata.ResourceVersion, (await Cluster.SeeAsync("same"))!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Refresh_ValueChangesAndKeyLeaves_IsReplacedAndRemoved()
    {
        ObservedSecret first = await DoneAsync(Wish.Owned(Cluster, "refreshed", "a=1 b=2"));

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "refreshed", "a=3 c=4"), first);

        Assert.Equal(MirrorOutcome.Updated, result.Outcome);
        Assert.Equal("a=3 c=4", await Cluster.DataAsync("refreshed"));
        Assert.Equal("c, a, b", $"{string.Join(' ', result.Added)}, {string.Join(' ', result.Replaced)}, {string.Join(' ', result.Removed)}");
        Assert.Equal(PeerHash.OfData(Wish.Data("a=3 c=4")), result.Secret!.Metadata.Annotation(Marks.DataHash));
    }

    [Fact]
    public async Task ForeignKey_OwnerAndOrphan_IsRemovedWhoeverSetIt()
    {
        foreach (DesiredSecret want in new[] { Wish.Owned(Cluster, "foreign1", "a=1"), Wish.For(Cluster, "foreign2", MirrorMode.Replace, "a=1") })
        {
            using DesiredSecret wanted = want;
            await Mirror.ApplyAsync(wanted, null, Ct);
            await Cluster.EditAsync(want.Key.Name, "kubectl-edit", """{"metadata":{"labels":{"team":"x"}},"data":{"z":"eg=="}}""");
            await Cluster.ApplyAsync(want.Key.Name, "helm", """ "data":{"y":"eQ=="} """);

            MirrorResult result = await Mirror.ApplyAsync(wanted, await Cluster.SeeAsync(want.Key.Name), Ct);

            Assert.Equal("a=1", await Cluster.DataAsync(want.Key.Name));
            Assert.Equal(["y", "z"], result.Removed);
            Assert.Equal("x", result.Secret!.Metadata.Label("team"));
        }
    }

    [Fact]
    public async Task Immutable_DataWouldChange_MetadataIsWrittenAndTheRestReported()
    {
        ObservedSecret first = await DoneAsync(Immutable("a=1", "1"));

        MirrorResult labels = await MirrorAsync(Immutable("a=1", "2"), first);
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => MirrorAsync(Immutable("a=2 b=1", "3"), labels.Secret));

        ObservedSecret after = (await Cluster.SeeAsync("immutable"))!;
        Assert.True(after.Immutable);
        Assert.Equal(FailureReason.TargetImmutable, e.Reason);
        Assert.Equal("a=1", await Cluster.DataAsync("immutable"));
        Assert.Equal(("2", "3"), (labels.Secret!.Metadata.Label("v"), after.Metadata.Label("v")));
        Assert.Equal(first.Metadata.Uid, after.Metadata.Uid);

        DesiredSecret Immutable(string data, string label) => new()
        {
            Key = Cluster.Key("immutable"),
            From = new Contributor { Namespace = Cluster.Namespace, Name = "db" },
            Data = Wish.Data(data),
            Immutable = true,
            Labels = new Dictionary<string, string> { ["v"] = label },
        };
    }

    [Fact]
    public async Task WrongType_IsReportedAndTheSecretStays()
    {
        ObservedSecret first = await DoneAsync(Typed("example.com/x"));

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => MirrorAsync(Typed("example.com/y"), first));
        MirrorResult unsaid = await MirrorAsync(Typed(""), first);

        Assert.Equal(FailureReason.TargetImmutable, e.Reason);
        Assert.Contains("example.com/x", e.Remedy, StringComparison.Ordinal);
        Assert.Equal(MirrorOutcome.Unchanged, unsaid.Outcome);
        Assert.Equal(first.Metadata.ResourceVersion, (await Cluster.SeeAsync("typed"))!.Metadata.ResourceVersion);

        DesiredSecret Typed(string type) => new()
        {
            Key = Cluster.Key("typed"),
            From = new Contributor { Namespace = Cluster.Namespace, Name = "db" },
            Data = Wish.Data("a=1"),
            Type = type,
        };
    }

    [Fact]
    public async Task TooLarge_IsRefusedBeforeTheWrite()
    {
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => MirrorAsync(Wish.Owned(Cluster, "large", $"a={new string('x', TargetRules.MostBytes)} b=1"), null));
        MirrorResult most = await MirrorAsync(Wish.Owned(Cluster, "large", $"a={new string('x', TargetRules.MostBytes)}"), null);

        Assert.Equal(FailureReason.KubernetesInvalid, e.Reason);
        Assert.Contains("1048577", e.Message, StringComparison.Ordinal);
        Assert.Equal(MirrorOutcome.Created, most.Outcome);
    }

    [Fact]
    public async Task Metadata_IsWrittenButForTrackingMarksAndOurOwn()
    {
        using DesiredSecret want = new()
        {
            Key = Cluster.Key("metadata"),
            From = new Contributor { Namespace = Cluster.Namespace, Name = "db" },
            Data = Wish.Data("a=1"),
            Labels = new Dictionary<string, string>
            {
                ["app"] = "x",
                ["argocd.argoproj.io/instance"] = "a",
                ["kustomize.toolkit.fluxcd.io/name"] = "f",
                [Marks.CreatedBy] = "me",
            },
            Annotations = new Dictionary<string, string>
            {
                ["note"] = "line\nnext\u2028\u0085 \"q\" \\ \U0001F600 é",
                ["argocd.argoproj.io/tracking-id"] = "t",
                [Marks.DataHash] = "h",
            },
            Finalizers = ["example.com/hold"],
        };

        ObservedSecret seen = (await Mirror.ApplyAsync(want, null, Ct)).Secret!;
        MirrorResult again = await Mirror.ApplyAsync(want, seen, Ct);

        Assert.Equal(["app", Marks.Managed], seen.Metadata.Labels!.Keys);
        Assert.Equal(["note", Marks.Contributors, Marks.DataHash], seen.Metadata.Annotations!.Keys);
        Assert.Equal(want.Annotations["note"], seen.Metadata.Annotation("note"));
        Assert.Equal(["example.com/hold"], seen.Metadata.Finalizers);
        Assert.Equal(MirrorOutcome.Unchanged, again.Outcome);
    }

    [Fact]
    public async Task SeenVersionIsOld_IsDecidedAgain()
    {
        ObservedSecret old = await DoneAsync(Wish.Owned(Cluster, "raced", "a=1"));
        await Cluster.EditAsync("raced", "kubectl-edit", """{"data":{"z":"eg=="}}""");

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "raced", "a=2"), old);

        Assert.Equal("a=2", await Cluster.DataAsync("raced"));
        Assert.Equal(["z"], result.Removed);
    }

    [Fact]
    public async Task BeingDeleted_IsLeft()
    {
        await Cluster.CreateAsync("going", "them", """ "finalizers":["example.com/hold"] """, """ "data":{} """);
        await Cluster.DeleteAsync("going");

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => MirrorAsync(Wish.Owned(Cluster, "going", "a=1"), null));

        Assert.Equal(FailureReason.KubernetesConflict, e.Reason);
        Assert.Equal("", await Cluster.DataAsync("going"));
    }

    [Fact]
    public async Task NothingLeft_Owner_TheSecretIsKeptWithoutKeys()
    {
        ObservedSecret first = await DoneAsync(Wish.Owned(Cluster, "hollow", "a=1"));

        MirrorResult result = await MirrorAsync(Wish.Owned(Cluster, "hollow", ""), first);
        MirrorResult again = await MirrorAsync(Wish.Owned(Cluster, "hollow", "b=1"), result.Secret);

        Assert.Equal(["a"], result.Removed);
        Assert.Empty(result.Secret!.Data.Keys);
        Assert.Equal("b", again.Secret!.Data.Keys.Single());
    }
}
