using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>The oldest complaint about the peers: a pod that does not run as root reads a file that is not for everybody. From 1.22 on the
/// kubelet passes the pod's fsGroup; everywhere an object may name its group.</summary>
public sealed class FileOwnerTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task NonRootPod_FileOf0440WithItsGroup_IsReadAndOneWithoutIsNot()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "file-owner", token);
        await tenant.Aws.SecretAsync("owner/one", "value", token);
        await tenant.ClassAsync("pod", """
            - {objectName: owner/one, objectType: secretsmanager, objectAlias: mine, filePermission: "0440", gid: 2000}
            - {objectName: owner/one, objectType: secretsmanager, objectAlias: roots, filePermission: "0440"}
            """);
        await tenant.PodAsync("pod", more: spec => spec.SecurityContext = new V1PodSecurityContext { RunAsUser = 1000, RunAsGroup = 2000 });
        await tenant.ReadyAsync("pod");

        Assert.Equal("value", await tenant.ReadAsync("pod", "mine"));
        (int code, _, string errors) = await Shell.TryAsync("kubectl", ["exec", "-n", "file-owner", "pod", "--", "cat", "/mnt/roots"], token);
        Assert.NotEqual(0, code);
        Assert.Contains("Permission denied", errors, StringComparison.Ordinal);
    }
}
