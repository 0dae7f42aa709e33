using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>
/// The node ran the peer's driver. With no driver there, a volume of a running pod is made into what the peer and its AWS provider leave: a
/// tmpfs without options, plain files, one of an object that is no longer in the class; and no state of ours.
/// </summary>
[Collection(FaultsCollection.Name)]
public sealed class PeerTakeOverTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task VolumeOfThePeer_NextRepublish_IsAdoptedWithoutARemount()
    {
        using var driver = new DriverPod(cluster);
        await driver.ReadyAsync(Token);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "take-over", Token);
        await tenant.Aws.SecretAsync("take-over/one", "ours", Token);
        await tenant.ClassAsync("pod", "- {objectName: take-over/one, objectType: secretsmanager, objectAlias: one}", "1h");
        await tenant.PodAsync("pod", "one");
        await tenant.SeesAsync("pod", "ours");
        string target = await tenant.TargetAsync("pod");
        string? mount = MountPoint.IdOf(target);

        await ParkAsync(driver, parked: true);
        MakeAsThePeer(target);
        await Shell.RunAsync("mount", ["-o", "remount,suid,dev,exec,size=50%", target], Token);
        Directory.Delete(Path.Combine(cluster.State, "driver"), recursive: true);
        await tenant.SeesAsync("pod", "ours", "peer's");
        await tenant.DeleteStatusAsync("pod");
        await tenant.Aws.SecretAsync("take-over/one", "ours again", Token);
        await ParkAsync(driver, parked: false);

        await tenant.SeesAsync("pod", "ours", "peer's", "ours again");
        Assert.Equal(mount, MountPoint.IdOf(target));
        Assert.Equal("..data/one", new FileInfo(Path.Combine(target, "one")).LinkTarget);
        Assert.Equal(["one"], Directory.EnumerateFileSystemEntries(target).Select(Path.GetFileName).Where(n => n![0] != '.'));
        await tenant.StatusAsync("pod", s => s.GetProperty("mounted").GetBoolean());
        await tenant.DeletePodAsync("pod");
        await ClusterUnderTest.Until(_ => Task.FromResult(MountPoint.IdOf(target) is null), _ => Task.FromResult("still mounted"), Token);
    }

    /// <summary>Takes the driver's pod off the node, or lets it come back.</summary>
    private async Task ParkAsync(DriverPod driver, bool parked)
    {
        string selector = parked ? "\"true\"" : "null";
        await Shell.RunAsync(
            "kubectl",
            ["-n", "kube-system", "patch", "daemonset", "csi-secrets-store", "-p", "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"parked\":" + selector + "}}}}}"],
            Token);
        if (parked)
        {
            await ClusterUnderTest.Until(
                async ct => (await driver.ListAsync(ct)).Items.Count == 0 && !await driver.IsRegisteredAsync(ct), _ => Task.FromResult("the driver is still there"), Token);
        }
        else
        {
            await driver.ReadyAsync(Token);
        }
    }

    private static void MakeAsThePeer(string target)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(target))
        {
            if (Directory.Exists(entry) && new FileInfo(entry).LinkTarget is null)
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }

        File.WriteAllText(Path.Combine(target, "removed-from-the-class"), "peer's");
        string file = Path.Combine(target, "one");
        File.WriteAllText(file + ".part", "peer's");
        File.Move(file + ".part", file);
        File.SetUnixFileMode(target, (UnixFileMode)0x3FF); // 1777
    }
}
