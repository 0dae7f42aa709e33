using System.Text.Json.Nodes;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>What becomes of Secrets. The same tests run against the API server of the tests and against a real one.</summary>
public abstract class SecretMirrorTests
{
    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected Cluster Cluster { get; set; } = null!;

    private protected SecretMirror Mirror => new(Cluster.Client, Marks.Manager, TimeProvider.System);

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
            Key = Cluster.Key("immutable"), From = new Contributor { Namespace = Cluster.Namespace, Name = "db" }, Data = Wish.Data(data), Immutable = true,
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
            Key = Cluster.Key("typed"), From = new Contributor { Namespace = Cluster.Namespace, Name = "db" }, Data = Wish.Data("a=1"), Type = type,
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
                ["app"] = "x", ["argocd.argoproj.io/instance"] = "a", ["kustomize.toolkit.fluxcd.io/name"] = "f", [Marks.CreatedBy] = "me",
            },
            Annotations = new Dictionary<string, string>
            {
                ["note"] = "line\nnext\u2028\u0085 \"q\" \\ \U0001F600 é", ["argocd.argoproj.io/tracking-id"] = "t", [Marks.DataHash] = "h",
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
    public async Task PolicyChanges_OwnerToMerge_LetsGoOfOwnershipAndStaleKeys()
    {
        ObservedSecret owned = await DoneAsync(Wish.Owned(Cluster, "changed", "a=1 b=2"));

        ObservedSecret after = (await MirrorAsync(Wish.For(Cluster, "changed", MirrorMode.Merge, "a=1"), owned)).Secret!;

        Assert.Equal("a=1", await Cluster.DataAsync("changed"));
        Assert.Empty(after.Metadata.OwnerReferences ?? []);
        Assert.Null(after.Metadata.Label(Marks.CreatedBy));
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

    [Fact]
    public async Task Leftover_AfterARename_IsDeletedAndACopyOfAnotherIsNot()
    {
        ObservedSecret old = await DoneAsync(Wish.Owned(Cluster, "old-name", "a=1"));
        await DoneAsync(Wish.Owned(Cluster, "new-name", "a=1"));
        ObservedSecret others = await DoneAsync(Wish.Owned(Cluster, "others", "a=1", "other", "u-other"));
        var all = new List<ObservedSecret>();
        await Cluster.Client.ListAsync(
            SecretTypes.Observed, new CsiSecrets.Kube.KubeQuery { Namespace = Cluster.Namespace, LabelSelector = Marks.ManagedSelector }, all.Add, Ct);
        var from = new Contributor { Namespace = Cluster.Namespace, Name = "db" };
        var leftovers = new Leftovers(Cluster.Client);

        IReadOnlyList<ObservedSecret> found = [.. Leftovers.After(from, "new-name", all).Where(static s => s.Metadata.Name.EndsWith("-name", StringComparison.Ordinal))];
        await Cluster.EditAsync("old-name", "kubectl-edit", """{"metadata":{"labels":{"x":"y"}}}""");
        bool deleted = await leftovers.DeleteAsync(from, old, Ct);
        bool again = await leftovers.DeleteAsync(from, old, Ct);
        bool anothers = await leftovers.DeleteAsync(from, others, Ct);

        Assert.Equal(["old-name"], found.Select(static s => s.Metadata.Name));
        Assert.Equal((true, false, false), (deleted, again, anothers));
        Assert.Null(await Cluster.DataAsync("old-name"));
        Assert.NotNull(await Cluster.DataAsync("others"));
    }

    [Fact]
    public async Task DriftAfterARestart_IsSeenInTheManagedFields()
    {
        DesiredSecret Want() => Labelled(Wish.Owned(Cluster, "restarted", "a=1"), "db");
        await DoneAsync(Want());
        DriftVerdict Judge(ObservedSecret? seen) => Drift.Judge(Want().From, MirrorMode.Replace, Want().Owners, Marks.Manager, seen);
        DriftVerdict right = Judge(await Cluster.SeeAsync("restarted"));
        await Cluster.EditAsync("restarted", "kubectl-edit", """{"metadata":{"labels":{"by-db":"no","theirs":"1"}}}""");
        DriftVerdict label = Judge(await Cluster.SeeAsync("restarted"));
        await DoneAsync(Want(), await Cluster.SeeAsync("restarted"));
        DriftVerdict repaired = Judge(await Cluster.SeeAsync("restarted"));
        await Cluster.EditAsync("restarted", "kubectl-edit", """{"data":{"a":"eg=="}}""");
        DriftVerdict data = Judge(await Cluster.SeeAsync("restarted"));

        Assert.Equal(DriftKind.None, right.Kind);
        Assert.Equal(["metadata.labels.by-db"], label.Fields);
        Assert.Equal(["kubectl-edit"], label.Managers);
        Assert.Equal(DriftKind.None, repaired.Kind);
        Assert.Equal([$"metadata.annotations.{Marks.DataHash}"], data.Fields);
    }

    private protected async Task<MirrorResult> MirrorAsync(DesiredSecret want, ObservedSecret? seen)
    {
        using (want)
        {
            return await Mirror.ApplyAsync(want, seen, Ct);
        }
    }

    private protected async Task<ObservedSecret> DoneAsync(DesiredSecret want, ObservedSecret? seen = null) => (await MirrorAsync(want, seen)).Secret!;

    private protected static DesiredSecret Labelled(DesiredSecret want, string by) => new()
    {
        Key = want.Key, From = want.From, Mode = want.Mode, Data = want.Data, Owners = want.Owners,
        Labels = new Dictionary<string, string> { [$"by-{by}"] = "yes" },
    };

    /// <summary>A Secret as the peer's controller leaves it.</summary>
    private protected Task CreateAsPeerAsync(string name, string manager, string from, string data, string extra)
    {
        string old = extra.Length > 0 ? ",\"old\":\"1\"" : "";
        SecretSet values = Wish.Data(data);
        string encoded = string.Join(',', values.Items.Select(static i => $"\"{i.Key}\":\"{Convert.ToBase64String(i.Value.Span)}\""));
        return Cluster.CreateAsync(
            name,
            manager,
            $$"""
            "labels":{"{{Marks.Managed}}":"true","{{Marks.CreatedBy}}":"{{Marks.CreatedByValue(Cluster.Namespace, from)}}"{{old}}},
            "annotations":{"{{Marks.DataHash}}":"{{PeerHash.OfData(values)}}"{{old}}},
            "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"{{from}}","uid":"{{Wish.Uid}}","controller":true,"blockOwnerDeletion":true}]
            """,
            $$""" "type":"Opaque","data":{{{encoded}}} """);
    }
}
