using CsiSecrets.Tests.Cluster.Faults;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Mirrors;

/// <summary>
/// A Secret as the peer's driver leaves it, with a pod that was started with it, while no controller is there: it is taken over as it is, follows
/// its source from then on, and has one writer. Among the tests that run alone, because the controller is away for a while.
/// </summary>
[Collection(FaultsCollection.Name)]
public sealed class PeerSecretTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Peer = "csi-secrets-store";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SecretOfThePeer_IsTakenOverWithoutAWrite_ThenFollowsByOneWriter()
    {
        var controller = new ControllerPod(cluster);
        await using MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, "peer-secret", Token);
        await tenant.Tenant.Aws.SecretAsync("peer-secret/pw", "one", Token);
        await tenant.ClassAsync(
            "app",
            "- {objectName: peer-secret/pw, objectType: secretsmanager, objectAlias: pw}",
            "- {secretName: made-by-the-peer, type: Opaque, data: [{objectName: pw, key: password}]}");
        await controller.ScaleAsync(0, Token);
        V1Secret left;
        string pod;
        try
        {
            await tenant.DeploymentAsync("web", ["app"], "PASSWORD=made-by-the-peer/password");
            left = await LeaveAsync(tenant);
            pod = await tenant.ReadyAsync("web");
            Assert.Equal("one", await tenant.VariableAsync(pod, "PASSWORD"));
        }
        finally
        {
            await controller.ScaleAsync(1, CancellationToken.None);
        }

        await controller.OneAsync(Token);
        await ClusterUnderTest.Until(async ct => (await StatusAsync(ct)).Contains("hash", StringComparison.Ordinal), StatusAsync, Token);
        Assert.Equal(left.Metadata.ResourceVersion, (await tenant.SecretAsync("made-by-the-peer")).Metadata.ResourceVersion);

        await tenant.Tenant.Aws.SecretAsync("peer-secret/pw", "two", Token);
        V1Secret followed = await tenant.SecretAsync("made-by-the-peer", static s => MirrorTenant.Text(s, "password") == "two");

        Assert.Equal(left.Metadata.Uid, followed.Metadata.Uid);
        Assert.Equal(left.Metadata.OwnerReferences.Select(static o => o.Uid), followed.Metadata.OwnerReferences.Select(static o => o.Uid));
        Assert.Equal(["csi-secrets"], followed.Metadata.ManagedFields.Select(static f => f.Manager).Distinct());
        Assert.Equal(pod, await tenant.ReadyAsync("web"));

        // The node refreshes on its own clock.
        await ClusterUnderTest.Until(async _ => await FileAsync() == "two", async _ => await FileAsync(), Token);

        Task<string> FileAsync() => tenant.ReadAsync(pod, "cat", "/mnt/app/pw");
    }

    /// <summary>What the peer writes once its pod has mounted: its label, the pod's owner, and its name on every field.</summary>
    private async Task<V1Secret> LeaveAsync(MirrorTenant tenant)
    {
        V1ReplicaSet owner = await ClusterUnderTest.Eventually(
            ClusterUnderTest.Soon,
            async ct => (await cluster.Client.AppsV1.ListNamespacedReplicaSetAsync(tenant.Namespace, cancellationToken: ct)).Items.SingleOrDefault(),
            _ => Task.FromResult("no ReplicaSet"),
            Token);
        return await cluster.Client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta
                {
                    Name = "made-by-the-peer",
                    Labels = new Dictionary<string, string> { ["secrets-store.csi.k8s.io/managed"] = "true" },
                    OwnerReferences = [new V1OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = owner.Metadata.Name, Uid = owner.Metadata.Uid }],
                },
                Type = "Opaque",
                Data = new Dictionary<string, byte[]> { ["password"] = "one"u8.ToArray() },
            },
            tenant.Namespace,
            fieldManager: Peer,
            cancellationToken: Token);
    }

    private static async Task<string> StatusAsync(CancellationToken ct) =>
        await Shell.KubectlAsync("get secretproviderclass app -n peer-secret -o jsonpath={.status}", ct);
}
