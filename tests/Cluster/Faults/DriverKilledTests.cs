using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The driver's process dies by kill -9 in its pod.</summary>
[Collection(FaultsCollection.Name)]
public sealed class DriverKilledTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task Driver_Killed_VolumesStayRefreshGoesOnStatusIsRebuiltAndNothingIsFetchedEarly()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var driver = new DriverPod(cluster);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "killed", token);
        await tenant.Aws.SecretAsync("killed/fast", "old", token);
        await tenant.Aws.SecretAsync("killed/slow", "slow", token);
        await tenant.ClassAsync("fast", "- {objectName: killed/fast, objectType: secretsmanager, objectAlias: one}");
        await tenant.ClassAsync("slow", "- {objectName: killed/slow, objectType: secretsmanager, objectAlias: one}", "1h");
        await Task.WhenAll(tenant.PodAsync("fast", "one"), tenant.PodAsync("slow", "one"));
        await Task.WhenAll(tenant.SeesAsync("fast", "old"), tenant.SeesAsync("slow", "slow"));
        string[] targets = [await tenant.TargetAsync("fast"), await tenant.TargetAsync("slow")];
        string?[] mounts = [.. targets.Select(MountPoint.IdOf)];
        await tenant.StatusAsync("slow", static _ => true);
        await tenant.DeleteStatusAsync("slow");
        int calls = (await tenant.Aws.CallsForAsync("killed/slow", token)).Count;

        V1Pod pod = await driver.KillAsync(token);

        await tenant.StatusAsync("slow", s => s.GetProperty("objects").GetArrayLength() == 1);
        await tenant.Aws.SecretAsync("killed/fast", "new", token);
        await tenant.SeesAsync("fast", "old", "new");
        await driver.RepublishedAsync(pod, 2, token);
        Assert.Equal(calls, (await tenant.Aws.CallsForAsync("killed/slow", token)).Count);
        Assert.Equal(mounts, targets.Select(MountPoint.IdOf));
        await tenant.SeesAsync("slow", "slow"); // at no instant anything else, an error included
        await tenant.DeletePodAsync("slow");
        await ClusterUnderTest.Until(_ => Task.FromResult(MountPoint.IdOf(targets[1]) is null), _ => Task.FromResult("still mounted"), token);
    }
}
