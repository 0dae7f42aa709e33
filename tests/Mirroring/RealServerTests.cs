using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Kube.Work;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;
using Microsoft.Extensions.Logging.Abstractions;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>What only a server that is not ours can show.</summary>
[Collection(RealSeat.Collection)]
public sealed class RealServerTests(RealApiServer server) : MirrorTests(new RealSeat(server))
{
    [Fact]
    public async Task ExternalSecretMadeAgain_ItsNewUidTakesThePlaceOfTheOld()
    {
        ObservedSecret first = await DoneAsync(Wish.Owned(Cluster, "again", "a=1"));
        await Cluster.CreateAsync(
            "restored", "velero", """ "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"db","uid":"old","controller":true}] """, """ "data":{"a":"MQ=="} """);

        ObservedSecret again = (await MirrorAsync(Wish.Owned(Cluster, "again", "a=1", "db", "uid-2"), first)).Secret!;
        ObservedSecret restored = (await MirrorAsync(Wish.Owned(Cluster, "restored", "a=1"), null)).Secret!;

        Assert.Equal(["uid-2"], again.Metadata.OwnerReferences!.Select(static o => o.Uid));
        Assert.Equal([Wish.Uid], restored.Metadata.OwnerReferences!.Select(static o => o.Uid));
    }

    [Fact]
    public async Task NoManagedFieldsAtAll_ForeignKeysStillGo()
    {
        await Cluster.CreateAsync("bare", "kubectl-create", "", """ "data":{"a":"MA==","z":"eg=="} """);
        await Cluster.EditAsync("bare", "kubectl-edit", """{"metadata":{"managedFields":[{}]}}""");
        ObservedSecret bare = (await Cluster.SeeAsync("bare"))!;

        await MirrorAsync(Wish.Owned(Cluster, "bare", "a=1"), bare);

        Assert.Empty(bare.Owners);
        Assert.Equal("a=1", await Cluster.DataAsync("bare"));
    }

    [Fact]
    public async Task TheFoldAlone_ChangesNoContent()
    {
        await Cluster.CreateAsync("folded", "kubectl-create", """ "labels":{"l":"1"} """, """ "data":{"a":"MA==","z":"eg=="} """);
        using LiveSecret live = (await Cluster.Client.GetAsync(SecretTypes.Live, Cluster.Key("folded"), Ct))!;
        byte[] patch = ManagedFieldsFold.Patch(
            live.ManagedFields, live.Metadata.ResourceVersion, Marks.Manager, static (_, _) => false, new FieldClaims { Data = ["z"], Labels = ["l"] }, TimeProvider.System.GetUtcNow());

        ObservedSecret folded = (await Cluster.Client.PatchAsync(SecretTypes.Observed, live.Key, PatchKind.Json, patch, Ct))!;

        Assert.Equal("a=0 z=z", await Cluster.DataAsync("folded"));
        Assert.Equal(["z"], folded.AppliedBy(Marks.Manager)!.DataKeys);
        Assert.Equal(["l"], folded.AppliedBy(Marks.Manager)!.Labels);
        Assert.Equal(["a"], folded.Owners.Single(static o => o.Manager == "kubectl-create").DataKeys);
        await Assert.ThrowsAsync<SecretsException>(
            () => Cluster.Client.PatchAsync(SecretTypes.Observed, live.Key, PatchKind.Json, patch, Ct));
    }

    [Fact]
    public async Task StatusPatch_OfAnObjectWithoutStatus_IsRefusedAsTheServerSaysIt()
    {
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => Cluster.Client.PatchStatusAsync(SecretTypes.Observed, Cluster.Key("none"), "{}"u8.ToArray(), Ct));

        Assert.Equal(FailureReason.KubernetesUnavailable, e.Reason);
    }

    [Fact]
    public async Task StatusPatch_ChangesTheStatusAlone()
    {
        ResourceType<AnyObject> crds = AnyObject.Type("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);
        ResourceType<AnyObject> things = AnyObject.Type("example.com", "v1", "things", "Thing", true);
        await Cluster.Client.ApplyAsync(
            crds,
            AnyObject.Of("", "things.example.com", """
                {"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","singular":"thing","kind":"Thing","listKind":"ThingList"},
                 "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
                   "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                """),
            "tests",
            true,
            Ct);
        AnyObject made = await MadeAsync();

        AnyObject? patched = await Cluster.Client.PatchStatusAsync(things, made.Key, """{"spec":{"a":2},"status":{"b":3}}"""u8.ToArray(), Ct);
        AnyObject? cleared = await Cluster.Client.PatchStatusAsync(things, made.Key, """{"status":{"b":null,"c":4}}"""u8.ToArray(), Ct);
        AnyObject? none = await Cluster.Client.PatchStatusAsync(things, Cluster.Key("no-such"), """{"status":{}}"""u8.ToArray(), Ct);

        Assert.Equal(("""{"a":1}""", """{"b":3}"""), (patched!.Rest!["spec"].GetRawText(), patched.Rest["status"].GetRawText()));
        Assert.Equal("""{"c":4}""", cleared!.Rest!["status"].GetRawText());
        Assert.Null(none);

        async Task<AnyObject> MadeAsync()
        {
            // A CRD is served a moment after it was made.
            for (int left = 100; ; left--)
            {
                try
                {
                    return await Cluster.Client.CreateAsync(things, AnyObject.Of(Cluster.Namespace, "one", """{"spec":{"a":1}}"""), Ct);
                }
                catch (SecretsException) when (left > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
                }
            }
        }
    }

    [Fact]
    public async Task AQuotaThatRefuses_IsSaidInTheServersWords()
    {
        ResourceType<AnyObject> quotas = AnyObject.Type("", "v1", "resourcequotas", "ResourceQuota", true);
        await Cluster.Client.CreateAsync(quotas, AnyObject.Of(Cluster.Namespace, "none", """{"spec":{"hard":{"secrets":"0"}}}"""), Ct);
        await Cluster.Client.PatchStatusAsync(
            quotas, Cluster.Key("none"), """{"status":{"hard":{"secrets":"0"},"used":{"secrets":"0"}}}"""u8.ToArray(), Ct);

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(
            () => MirrorAsync(Wish.Owned(Cluster, "beyond", "a=1"), null));

        Assert.Equal(FailureReason.KubernetesInvalid, e.Reason);
        Assert.Contains("exceeded quota: none", e.Message, StringComparison.Ordinal);
        Assert.Equal("ask whoever set that rule for the namespace", e.Remedy);
    }

    [Fact]
    public async Task Lease_IsTakenRenewedAndGivenBack()
    {
        ObjectKey lease = Cluster.Key("csi-secrets-controller");
        var one = new LeaderElection(Cluster.Client, lease, "one", TimeProvider.System, NullLogger<LeaderElection>.Instance);
        var two = new LeaderElection(Cluster.Client, lease, "two", TimeProvider.System, NullLogger<LeaderElection>.Instance);
        using var stopOne = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var stopTwo = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var oneLeads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var twoLeads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var renewed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopWatch = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        Task first = one.RunAsync(term => LeadAsync(oneLeads, term), stopOne.Token);
        await oneLeads.Task.WaitAsync(Ct);
        Task watch = WatchRenewalAsync();
        Task second = two.RunAsync(term => LeadAsync(twoLeads, term), stopTwo.Token);
        await renewed.Task.WaitAsync(Ct);
        bool both = two.IsLeader;
        await stopOne.CancelAsync();
        await first;
        await twoLeads.Task.WaitAsync(Ct);
        await stopTwo.CancelAsync();
        await second;
        LeaseSpec left = (await Cluster.Client.GetAsync(ResourceTypes.Leases, lease, Ct))!.Spec;
        await stopWatch.CancelAsync();
        await watch;

        Assert.False(both);
        Assert.Equal((null, 1), (left.HolderIdentity is "" ? null : left.HolderIdentity, left.LeaseTransitions));

        static async Task LeadAsync(TaskCompletionSource leads, CancellationToken term)
        {
            leads.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, term);
        }

        async Task WatchRenewalAsync()
        {
            var query = KubeQuery.One(lease);
            DateTimeOffset? began = null;
            string from = await Cluster.Client.ListAsync(ResourceTypes.Leases, query, l => began = l.Spec.RenewTime, Ct);
            try
            {
                await foreach (WatchEvent<Lease> e in Cluster.Client.WatchAsync(ResourceTypes.Leases, query, from, stopWatch.Token))
                {
                    if (e.Object?.Spec is { HolderIdentity: "one" } spec && spec.RenewTime > began)
                    {
                        renewed.TrySetResult();
                    }
                }
            }
            catch (OperationCanceledException) when (stopWatch.IsCancellationRequested)
            {
                // Seen enough.
            }
        }
    }
}
