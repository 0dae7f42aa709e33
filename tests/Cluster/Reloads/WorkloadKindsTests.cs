using CsiSecrets.Tests.Cluster.Faults;

namespace CsiSecrets.Tests.Cluster.Reloads;

/// <summary>Rolling restarts with the real controllers of every kind: each workload is rolled once for its source, whatever that is, and never
/// again. Among the tests that run alone, because controller and node are other variants meanwhile.</summary>
[Collection(FaultsCollection.Name)]
public sealed class WorkloadKindsTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string NodeComponent = "clusterrole,clusterrolebinding secrets-store-csi-driver-external-secrets";
    private const string ControllerComponents = "clusterrole,clusterrolebinding external-secrets-reloader external-secrets-reloader-all-sources";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EverySourceRotated_EachWorkloadIsRolledOnce_AlsoAfterARestartOfTheController()
    {
        await using Tenant tenant = await Tenant.CreateAsync(cluster, "reloads", Token);
        var workloads = new ReloadTenant(cluster, tenant, Token);
        var controller = new ControllerPod(cluster);
        try
        {
            await Shell.KubectlAsync($"apply -f {cluster.Manifests}/external-secrets.yaml", Token);
            await controller.ApplyAsync("reloader-all-sources.yaml", Token);
            await workloads.StartAsync();
            string before = await workloads.RunsWithAsync("one");
            await workloads.RecordedAsync();
            Assert.Equal("listed 1, class 1, external 1, calm 1, state 1, daemon 1, nightly 0, once 1", await workloads.RollsAsync());

            await workloads.PlainAsync("two");
            await tenant.Aws.SecretAsync("reloads/class", "two", Token);
            await tenant.Aws.SecretAsync("reloads/external", "two", Token);

            string[] rolled = ["CronJob/nightly", "DaemonSet/daemon", "Deployment/class", "Deployment/external", "Deployment/listed", "Job/once", "StatefulSet/state"];
            await ClusterUnderTest.Until(
                async ct => (await workloads.ReloadedAsync(ct)).SequenceEqual(rolled),
                async ct => $"{string.Join(' ', await workloads.ReloadedAsync(ct))}\n{await workloads.LookAsync(ct)}",
                Token);
            string after = await workloads.RunsWithAsync("two");
            const string Once = "listed 2, class 2, external 2, calm 1, state 2, daemon 2, nightly 1, once 1";
            Assert.Equal(Once, await workloads.RollsAsync());
            string[] kept = [.. before.Split('\n').Intersect(after.Split('\n'))];
            Assert.StartsWith("calm ", Assert.Single(kept), StringComparison.Ordinal);

            await controller.RestartAsync(Token);
            foreach (string kind in (string[])["StatefulSet", "DaemonSet", "CronJob", "Job", "Deployment"])
            {
                await controller.ScannedAsync(kind, Token);
            }

            // One more change, to be sure that the new one is at work and has done all that it would do.
            await Shell.KubectlAsync("annotate deployment/calm -n reloads secret.reloader.stakater.com/reload=last", Token);
            await Shell.KubectlAsync("create secret generic last -n reloads --from-literal=value=one", Token);
            await workloads.KnowsAsync("deployment/calm", "SECRET/last");
            Assert.Equal(Once, await workloads.RollsAsync());
            Assert.Equal(after, await workloads.RunsWithAsync("two"));
            Assert.Equal(rolled, await workloads.ReloadedAsync(Token));
        }
        finally
        {
            await controller.ApplyAsync("controller.yaml", CancellationToken.None);
            await Shell.KubectlAsync($"delete --ignore-not-found {ControllerComponents}", CancellationToken.None);
            await Shell.KubectlAsync($"delete --ignore-not-found {NodeComponent}", CancellationToken.None);
        }
    }
}
