using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Against a server that is not ours.</summary>
public sealed class RealSecretMirrorTests(RealApiServer server) : SecretMirrorTests, IClassFixture<RealApiServer>, IAsyncLifetime
{
    private KubeHttp? http;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        http = server.Admin();
        string ns = $"t-{Guid.NewGuid():N}";
        await new KubeClient(http, TimeProvider.System).CreateAsync(ResourceTypes.Namespaces, new Namespace { Metadata = new ObjectMeta { Name = ns } }, Ct);
        Cluster = new Cluster(http, ns);
    }

    public ValueTask DisposeAsync()
    {
        http?.Dispose();
        return ValueTask.CompletedTask;
    }

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
        await Assert.ThrowsAsync<CsiSecrets.Model.SecretsException>(
            () => Cluster.Client.PatchAsync(SecretTypes.Observed, live.Key, PatchKind.Json, patch, Ct));
    }

    [Fact]
    public async Task StatusPatch_OfAnObjectWithoutStatus_IsRefusedAsTheServerSaysIt()
    {
        CsiSecrets.Model.SecretsException e = await Assert.ThrowsAsync<CsiSecrets.Model.SecretsException>(
            () => Cluster.Client.PatchStatusAsync(SecretTypes.Observed, Cluster.Key("none"), "{}"u8.ToArray(), Ct));

        Assert.Equal(CsiSecrets.Model.FailureReason.KubernetesUnavailable, e.Reason);
    }
}
