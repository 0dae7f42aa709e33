using System.Text.RegularExpressions;
using CsiSecrets.Tests.Cluster.Mirrors;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>The node's flag <c>--wait-for-mirror</c>. Here, not among the tests in parallel, because it changes the driver and takes the controller away.</summary>
[Collection(FaultsCollection.Name)]
public sealed partial class FirstStartTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PodWithAVariableOfTheMirroredSecret_WhileTheControllerComesLate_StartsAtFirstTry()
    {
        using var driver = new DriverPod(cluster);
        var controller = new ControllerPod(cluster);
        await using MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, "first-start", Token);
        await tenant.Tenant.Aws.SecretAsync("first-start/foo", "secret", Token);
        await tenant.ClassAsync(
            "pod",
            "- {objectName: first-start/foo, objectType: secretsmanager, objectAlias: foo}",
            "- {secretName: foosecret, type: Opaque, data: [{objectName: foo, key: username}]}");
        try
        {
            await DriverAsync("--wait-for-mirror=80s");
            await driver.ReadyAsync(Token);
            await controller.ScaleAsync(0, Token);
            await tenant.Tenant.PodAsync("pod", more: static spec => spec.Containers[0].Env = [Variable()]);

            // The node has done its part and tells the controller, which is not there; the kubelet still waits for the node.
            await tenant.Tenant.StatusAsync("pod", static s => s.GetProperty("mounted").GetBoolean());
            Assert.NotNull(MountPoint.IdOf(await tenant.Tenant.TargetAsync("pod")));
            await controller.ScaleAsync(1, Token);

            V1Pod pod = await tenant.Tenant.ReadyAsync("pod", 120);
            Assert.Equal("secret", await tenant.VariableAsync("pod", "SECRET_USERNAME"));
            Assert.Equal(0, DriverPod.Restarts(pod));
            Assert.DoesNotMatch(FailedStart(), await tenant.Tenant.EventsAsync(Token));
        }
        finally
        {
            await DriverAsync(null);
            await controller.ScaleAsync(1, CancellationToken.None);
            await controller.OneAsync(CancellationToken.None);
        }
    }

    /// <summary>The driver as it is installed, with one more flag.</summary>
    private async Task DriverAsync(string? flag)
    {
        const string Last = "        - --metrics-addr=:8095\n";
        string manifest = await File.ReadAllTextAsync(Path.Combine(cluster.Manifests, "base.yaml"), CancellationToken.None);
        Assert.Contains(Last, manifest, StringComparison.Ordinal);
        string changed = flag is null ? manifest : manifest.Replace(Last, $"{Last}        - {flag}\n", StringComparison.Ordinal);
        await Shell.KubectlAsync("apply -f -", CancellationToken.None, changed);
        await Shell.KubectlAsync("-n kube-system rollout status daemonset csi-secrets-store --timeout=180s", CancellationToken.None);
    }

    private static V1EnvVar Variable() => new()
    {
        Name = "SECRET_USERNAME",
        ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "foosecret", Key = "username" } },
    };

    /// <summary>What the kubelet says of a container whose variable it cannot find.</summary>
    [GeneratedRegex("Warning Failed:|CreateContainerConfigError")]
    private static partial Regex FailedStart();
}
