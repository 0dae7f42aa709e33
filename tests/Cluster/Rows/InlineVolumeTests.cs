using System.Text.RegularExpressions;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Rows;

/// <summary>Rows 6, 7 and 8 of the peers' acceptance list: mount, read, unmount.</summary>
public sealed partial class InlineVolumeTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row6_InlineVolume_PodBecomesReadyAndItsStatusIsThereWithin5Seconds()
    {
        await using Tenant tenant = await StartAsync("row6", "value");

        await tenant.ReadyAsync("pod", 60);

        long ready = TimeProvider.System.GetTimestamp();
        var status = Assert.Single(await tenant.StatusAsync("pod", static _ => true));
        Assert.InRange(TimeProvider.System.GetElapsedTime(ready).TotalSeconds, 0, 5);
        Assert.True(status.GetProperty("mounted").GetBoolean());
        Assert.Equal("pod", status.GetProperty("podName").GetString());
        Assert.Equal("pod", status.GetProperty("secretProviderClassName").GetString());
        Assert.Equal("one", Assert.Single(status.GetProperty("objects").EnumerateArray()).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("row7-secret", "secret")]
    [InlineData("row7-key", "-----BEGIN PRIVATE KEY-----\nMIIE and more\n\n-----END PRIVATE KEY-----\n")]
    public async Task Row7_SecretAndMultiLineKey_AreReadByteForByte(string ns, string value)
    {
        await using Tenant tenant = await StartAsync(ns, value);
        await tenant.ReadyAsync("pod");

        Assert.Equal(value, await tenant.ReadAsync("pod", "one"));
    }

    [Fact]
    public async Task Row8_PodDeleted_UnmountSucceedsAndNothingStays()
    {
        await using Tenant tenant = await StartAsync("row8", "value");
        await tenant.ReadyAsync("pod");
        string target = await tenant.TargetAsync("pod");
        Assert.NotNull(MountPoint.IdOf(target));

        await tenant.DeletePodAsync("pod");

        await ClusterUnderTest.Until(
            _ => Task.FromResult(MountPoint.IdOf(target) is null && !Directory.Exists(target)), _ => Task.FromResult(target), Token);
        using var driver = new DriverPod(cluster);
        V1Pod pod = await driver.ReadyAsync(Token);
        Assert.DoesNotMatch(UnmountFailure(), await driver.LogAsync(pod, Token));
    }

    private async Task<Tenant> StartAsync(string ns, string value)
    {
        Tenant tenant = await Tenant.CreateAsync(cluster, ns, Token);
        await tenant.Aws.SecretAsync($"{ns}/one", value, Token);
        await tenant.ClassAsync("pod", $"- {{objectName: {ns}/one, objectType: secretsmanager, objectAlias: one}}");
        await tenant.PodAsync("pod");
        return tenant;
    }

    /// <summary>What the peers' tests grep for, and the same sentence wherever else it might stand.</summary>
    [GeneratedRegex("failed to clean and unmount target path", RegexOptions.IgnoreCase)]
    private static partial Regex UnmountFailure();
}
