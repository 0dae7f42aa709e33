using System.Globalization;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>AWS cannot be reached for a while.</summary>
[Collection(FaultsCollection.Name)]
public sealed class AwsAwayTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Aws_AwayAndBack_FilesStayAWarningTellsAndTheyFollowAgain()
    {
        using var driver = new DriverPod(cluster);
        V1Pod pod = await driver.ReadyAsync(Token);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "no-aws", Token);
        await tenant.Aws.SecretAsync("no-aws/one", "old", Token);
        const string Objects = "- {objectName: no-aws/one, objectType: secretsmanager, objectAlias: one}";
        await tenant.ClassAsync("pod", Objects);
        await tenant.ClassAsync("late", Objects);
        await tenant.PodAsync("pod", "one");
        await tenant.SeesAsync("pod", "old");

        await AwsControl.AddressAsync(there: false, Token);
        try
        {
            await tenant.Aws.SecretAsync("no-aws/one", "new", Token);
            string warning = await tenant.EventAsync("Warning MountRotationFailed");
            Assert.Contains("failed to mount secrets store objects for pod no-aws/pod", warning, StringComparison.Ordinal);
            Assert.Contains("no-aws/one", warning, StringComparison.Ordinal);
            Assert.Equal("old", await tenant.ReadAsync("pod", "one"));
            Assert.True(await driver.SumAsync(pod, "csi_secrets_volumes_failing", Token) >= 1); // volumes of a test before may still be there
            Assert.Equal(200, await driver.HealthAsync(pod, "livez", Token));
            await tenant.PodAsync("late", "one");
            await tenant.EventAsync("Warning FailedMount.*no-aws/late");
        }
        finally
        {
            await AwsControl.AddressAsync(there: true, CancellationToken.None);
        }

        await tenant.SeesAsync("pod", "old", "new");
        await tenant.SeesAsync("late", "new");

        // Only this tenant's volumes: those of a test before may be failing for reasons of their own while they go.
        await ClusterUnderTest.Until(
            async ct => (await driver.MetricsAsync(pod, ct)).Split('\n')
                .Where(l => l.StartsWith("csi_secrets_volume_last_success_age_seconds{namespace=\"no-aws\"", StringComparison.Ordinal))
                .Select(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).ToArray() is [< 60, < 60],
            ct => driver.MetricsAsync(pod, ct),
            Token);
        await tenant.EventAsync("Normal MountRotationComplete");
        V1Pod after = await driver.ReadyAsync(Token);
        Assert.Equal(DriverPod.Restarts(pod), DriverPod.Restarts(after));
    }
}
