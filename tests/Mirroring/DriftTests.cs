using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>What happens to a Secret behind our back, and what is left behind.</summary>
public abstract class DriftTests : MirrorTests
{
    private protected DriftTests(IClusterSeat seat)
        : base(seat)
    {
    }

    [Fact]
    public async Task AppliedThatSharesWithTheSeen_JudgesAsBefore_AndOnlyWhereItIsTheSameWrite()
    {
        AppliedSecret last = (await MirrorAsync(Labelled(Wish.Owned(Cluster, "shared", "a=1 b=2"), "db"), null)).Applied!;
        ObservedSecret seen = (await Cluster.SeeAsync("shared"))!;
        AppliedSecret shared = last.Sharing(seen);
        await Cluster.EditAsync("shared", "kubectl-edit", """{"data":{"a":"eg=="},"metadata":{"labels":{"by-db":"no"}} }""");
        ObservedSecret edited = (await Cluster.SeeAsync("shared"))!;

        Assert.Same(seen.Data, shared.Data);
        Assert.Same(seen.Metadata.OwnerReferences, shared.Owners);
        Assert.Equal(last.Labels.OrderBy(static l => l.Key), shared.Labels.OrderBy(static l => l.Key));
        Assert.Equal(DriftKind.None, Drift.Judge(shared, seen).Kind);
        Assert.Equal(Drift.Judge(last, edited).Fields, Drift.Judge(shared, edited).Fields);
        Assert.Equal(["data.a", "metadata.labels.by-db"], Drift.Judge(shared, edited).Fields.Where(static f => !f.Contains("data-hash", StringComparison.Ordinal)));
        Assert.Same(last, last.Sharing(edited));
        Assert.Same(last, last.Sharing(null));
    }

    [Fact]
    public async Task DriftOfWhatWasApplied_IsSeenAndRepaired()
    {
        DesiredSecret Want() => Labelled(Wish.Owned(Cluster, "drifted", "a=1 b=2"), "db");
        MirrorResult result = await MirrorAsync(Want(), null);
        AppliedSecret last = result.Applied!;
        string[] edits =
        [
            """{"data":{"a":"eg=="}}""", """{"data":{"a":null}}""", """{"data":{"new":"eg=="}}""", """{"metadata":{"labels":{"by-db":"no"}}}""",
            """{"metadata":{"labels":{"by-db":null}}}""", """{"metadata":{"ownerReferences":null}}""",
            $$$"""{"metadata":{"annotations":{"{{{Marks.DataHash}}}":"x"} } }""", $$$"""{"metadata":{"labels":{"{{{Marks.CreatedBy}}}":"x"} } }""",
        ];
        string[] fields =
        [
            "data.a", "data.a", "data.new", "metadata.labels.by-db", "metadata.labels.by-db", "metadata.ownerReferences",
            $"metadata.annotations.{Marks.DataHash}", $"metadata.labels.{Marks.CreatedBy}",
        ];
        foreach ((string edit, string field) in edits.Zip(fields))
        {
            await Cluster.EditAsync("drifted", "kubectl-edit", edit);
            ObservedSecret seen = (await Cluster.SeeAsync("drifted"))!;
            DriftVerdict verdict = Drift.Judge(last, seen);

            Assert.Equal((DriftKind.Repair, field), (verdict.Kind, verdict.Fields[0]));
            last = (await MirrorAsync(Want(), seen)).Applied!;
            Assert.Equal(DriftVerdict.None, Drift.Judge(last, await Cluster.SeeAsync("drifted")));
            Assert.Equal("a=1 b=2", await Cluster.DataAsync("drifted"));
        }

        await Cluster.EditAsync("drifted", "kubectl-edit", """{"metadata":{"labels":{"theirs":"1"},"annotations":{"theirs":"1"}}}""");
        DriftVerdict foreign = Drift.Judge(last, await Cluster.SeeAsync("drifted"));
        await Cluster.DeleteAsync("drifted");
        DriftVerdict gone = Drift.Judge(last, await Cluster.SeeAsync("drifted"));
        MirrorResult remade = await MirrorAsync(Want(), null);

        Assert.Equal(DriftVerdict.None, foreign);
        Assert.Equal(DriftKind.Missing, gone.Kind);
        Assert.Equal(MirrorOutcome.Created, remade.Outcome);
    }

    [Fact]
    public async Task DriftUnderMerge_OwnKeysAloneCount()
    {
        await Cluster.CreateAsync("merge-drift", "kubectl-create", "", """ "data":{"z":"eg=="} """);
        MirrorResult result = await MirrorAsync(Wish.For(Cluster, "merge-drift", MirrorMode.Merge, "a=1"), null);

        await Cluster.EditAsync("merge-drift", "kubectl-edit", """{"data":{"z":"eXk=","y":"eQ=="}}""");
        ObservedSecret foreign = (await Cluster.SeeAsync("merge-drift"))!;
        DriftVerdict left = Drift.Judge(result.Applied!, foreign);
        DriftVerdict leftAfterARestart = Drift.Judge(result.Applied!.From, MirrorMode.Merge, [], Marks.Manager, foreign);
        await Cluster.EditAsync("merge-drift", "kubectl-edit", """{"data":{"a":"eg=="}}""");
        ObservedSecret own = (await Cluster.SeeAsync("merge-drift"))!;

        Assert.Equal((DriftVerdict.None, DriftVerdict.None), (left, leftAfterARestart));
        Assert.Equal(["data.a"], Drift.Judge(result.Applied!, own).Fields);
        Assert.Equal(["data.a"], Drift.Judge(result.Applied!.From, MirrorMode.Merge, [], Marks.Manager, own).Fields);
    }

    [Fact]
    public async Task SecretMadeAnewByAnother_OfAnotherTypeOrOwner_IsReportedAndLeft()
    {
        AppliedSecret last = (await MirrorAsync(Wish.Owned(Cluster, "stolen", "a=1"), null)).Applied!;
        await Cluster.DeleteAsync("stolen");
        await Cluster.CreateAsync("stolen", "them", "", """ "data":{"a":"MQ=="},"type":"example.com/x" """);
        DriftVerdict type = Drift.Judge(last, await Cluster.SeeAsync("stolen"));
        await Cluster.DeleteAsync("stolen");
        await Cluster.CreateAsync(
            "stolen", "them", """ "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"u1","controller":true}] """, """ "data":{"a":"MQ=="} """);
        DriftVerdict owner = Drift.Judge(last, await Cluster.SeeAsync("stolen"));

        Assert.Equal((DriftKind.Blocked, "type"), (type.Kind, type.Fields.Single()));
        Assert.Equal((DriftKind.Blocked, "metadata.ownerReferences"), (owner.Kind, owner.Fields.Single()));
    }

    [Fact]
    public async Task TargetOfAnExternalSecret_DeletionPolicyDelete_IsDeletedOnlyWhenItControlsIt()
    {
        var from = new Contributor { Namespace = Cluster.Namespace, Name = "db" };
        ObservedSecret owned = await DoneAsync(Wish.Owned(Cluster, "deleted", "a=1"));
        ObservedSecret orphan = await DoneAsync(Wish.For(Cluster, "orphan", MirrorMode.Replace, "a=1"));
        var leftovers = new Leftovers(Cluster.Client);

        Assert.True(await leftovers.DeleteAsync(from, owned, Ct));
        Assert.False(await leftovers.DeleteAsync(from, orphan, Ct));
        Assert.Equal("a=1", await Cluster.DataAsync("orphan"));
    }

    [Fact]
    public async Task Watch_OfTheMark_SeesWritesAndAnObjectThatLosesIt()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var informer = new Informer<ObservedSecret>(
            Cluster.Client,
            SecretTypes.Observed,
            new KubeQuery { Namespace = Cluster.Namespace, LabelSelector = Marks.ManagedSelector },
            TimeProvider.System,
            NullLogger.Instance);
        var seen = System.Threading.Channels.Channel.CreateUnbounded<(string Name, bool Gone, string? Hash)>();
        informer.Changed = (one, gone) => seen.Writer.TryWrite((one.Metadata.Name, gone, one.Data.PeerHash));
        Task running = informer.RunAsync(stop.Token);
        await informer.Synced.WaitAsync(Ct);

        MirrorResult made = await MirrorAsync(Wish.Owned(Cluster, "watched", "a=1"), null);
        (string Name, bool Gone, string? Hash) first = await seen.Reader.ReadAsync(Ct);
        await Cluster.EditAsync("watched", "kubectl-edit", $$$"""{"metadata":{"labels":{"{{{Marks.Managed}}}":null} } }""");
        (string Name, bool Gone, string? Hash) second = await seen.Reader.ReadAsync(Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(("watched", false, made.Secret!.Data.PeerHash), first);
        Assert.Equal(("watched", true), (second.Name, second.Gone));
        Assert.Equal(MirrorOutcome.Adopted, (await MirrorAsync(Wish.Owned(Cluster, "watched", "a=1"), null)).Outcome);
    }

    [Fact]
    public async Task Leftover_AfterARename_IsDeletedAndACopyOfAnotherIsNot()
    {
        ObservedSecret old = await DoneAsync(Wish.Owned(Cluster, "old-name", "a=1"));
        await DoneAsync(Wish.Owned(Cluster, "new-name", "a=1"));
        ObservedSecret others = await DoneAsync(Wish.Owned(Cluster, "others", "a=1", "other", "u-other"));
        var all = new List<ObservedSecret>();
        await Cluster.Client.ListAsync(
            SecretTypes.Observed, new KubeQuery { Namespace = Cluster.Namespace, LabelSelector = Marks.ManagedSelector }, all.Add, Ct);
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

    [Fact]
    public async Task TwoWritersOfOneKey_AreToldApartFromAnEditAndSlowedDown()
    {
        var ledger = new FightLedger(TimeProvider.System);
        AppliedSecret last = (await MirrorAsync(Wish.Owned(Cluster, "fought", "a=1"), null)).Applied!;
        FightVerdict verdict = FightVerdict.Peace;
        for (int round = 0; round < FightLedger.Patience + 2; round++)
        {
            await Cluster.ApplyAsync("fought", "helm", """ "data":{"a":"eg=="} """);
            ObservedSecret seen = (await Cluster.SeeAsync("fought"))!;
            verdict = ledger.Repairing($"Secret {seen.Key}", Drift.Judge(last, seen));
            last = (await MirrorAsync(Wish.Owned(Cluster, "fought", "a=1"), seen)).Applied!;
        }

        Assert.Equal(TimeSpan.FromSeconds(10), verdict.Wait);
        Assert.Contains("data.a was changed back 5 times by helm", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoExternalSecretsOfOneKey_EachIsToldOfTheOther()
    {
        AppliedSecret one = (await MirrorAsync(Wish.For(Cluster, "claimed", MirrorMode.CreateOrMerge, "a=1", "one"), null)).Applied!;
        await MirrorAsync(Wish.For(Cluster, "claimed", MirrorMode.Merge, "a=2", "two"), await Cluster.SeeAsync("claimed"));

        DriftVerdict verdict = Drift.Judge(one, await Cluster.SeeAsync("claimed"));

        Assert.Equal((DriftKind.Repair, "data.a"), (verdict.Kind, verdict.Fields.Single()));
        Assert.Equal(["ExternalSecret two"], verdict.Managers);
    }
}
