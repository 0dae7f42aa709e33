using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The API server is gone for a while.</summary>
[Collection(FaultsCollection.Name)]
public sealed class ApiServerAwayTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ApiServer_AwayAndBack_DriverLivesRefreshesGoOnAndTheStatusFollows()
    {
        using var driver = new DriverPod(cluster);
        V1Pod before = await driver.ReadyAsync(Token);
        int process = DriverPod.ProcessOf(before);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "no-api", Token);
        await tenant.Aws.SecretAsync("no-api/one", "old", Token);
        await tenant.ClassAsync("pod", "- {objectName: no-api/one, objectType: secretsmanager, objectAlias: one}");
        await tenant.PodAsync("pod", "one");
        await tenant.SeesAsync("pod", "old");
        string file = Path.Combine(await tenant.TargetAsync("pod"), "one");

        string version;
        await cluster.ComponentAsync("kill", "kube-apiserver", Token);
        try
        {
            (_, version) = await tenant.Aws.SecretAsync("no-api/one", "during", Token);
            await ClusterUnderTest.Until(async ct => await File.ReadAllTextAsync(file, ct) == "during", ct => File.ReadAllTextAsync(file, ct), Token);
            await ClusterUnderTest.Until(
                async ct => await driver.HealthAsync(before, "readyz", ct) == 503, _ => Task.FromResult("readyz does not show it"), Token);
            (_, version) = await tenant.Aws.SecretAsync("no-api/one", "still", Token);
            await ClusterUnderTest.Until(async ct => await File.ReadAllTextAsync(file, ct) == "still", ct => File.ReadAllTextAsync(file, ct), Token);
            Assert.Equal(200, await driver.HealthAsync(before, "livez", Token));
            Assert.Equal(200, await driver.HealthAsync(before, "healthz", Token));
        }
        finally
        {
            await cluster.ComponentAsync("start", "kube-apiserver", CancellationToken.None);
            await cluster.AnswersAsync(CancellationToken.None);
        }

        await tenant.StatusAsync("pod", s => s.GetRawText().Contains(version, StringComparison.Ordinal));
        V1Pod after = await driver.ReadyAsync(Token);
        Assert.Equal((process, DriverPod.Restarts(before)), (DriverPod.ProcessOf(after), DriverPod.Restarts(after)));
        await tenant.SeesAsync("pod", "old", "during", "still");
        await ClusterUnderTest.Until(
            async ct => await driver.HealthAsync(after, "readyz", ct) == 200, _ => Task.FromResult("readyz does not recover"), Token);
    }

    [Fact]
    public async Task DriverKilled_WhileTheApiServerIsAway_StartsKeepsTheFilesAndGoesOnWhenItIsBack()
    {
        using var driver = new DriverPod(cluster);
        V1Pod pod = await driver.ReadyAsync(Token);
        int killed = DriverPod.ProcessOf(pod);
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "no-api-no-driver", Token);
        await tenant.Aws.SecretAsync("no-api-no-driver/one", "old", Token);
        await tenant.ClassAsync("pod", "- {objectName: no-api-no-driver/one, objectType: secretsmanager, objectAlias: one}");
        await tenant.PodAsync("pod", "one");
        await tenant.SeesAsync("pod", "old");
        string file = Path.Combine(await tenant.TargetAsync("pod"), "one");

        int? started = null;
        await cluster.ComponentAsync("kill", "kube-apiserver", Token);
        try
        {
            using (var process = System.Diagnostics.Process.GetProcessById(killed))
            {
                process.Kill();
            }

            await ClusterUnderTest.Until(
                _ => Task.FromResult((started = DriverPod.FindProcess(pod)) is not null && started != killed), _ => Task.FromResult("not started again"), Token);
            await ClusterUnderTest.Until(
                async ct => await driver.TryHealthAsync(pod, "livez", ct) == 200, _ => Task.FromResult("it does not live without an API server"), Token);
            Assert.Equal(503, await driver.HealthAsync(pod, "readyz", Token));
            await tenant.Aws.SecretAsync("no-api-no-driver/one", "new", Token);
            Assert.Equal("old", await File.ReadAllTextAsync(file, Token));
        }
        finally
        {
            await cluster.ComponentAsync("start", "kube-apiserver", CancellationToken.None);
            await cluster.AnswersAsync(CancellationToken.None);
        }

        await tenant.SeesAsync("pod", "old", "new");
        await driver.ReadyAsync(Token);
        Assert.Equal(started, DriverPod.FindProcess(pod));
    }
}
