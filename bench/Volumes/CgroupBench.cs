using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>What the container and its pod are charged for 110 volumes of ten secrets of 64 KiB: the pages of a tmpfs belong to who wrote them.</summary>
internal static class CgroupBench
{
    private const int Held = 110;
    private const int Secrets = 10;
    private const int LargestSecret = 65536;

    // What the driver takes off its container's limit for itself, the rest is its volumes'.
    private const long OwnNeed = 64L << 20;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await stage.Town.ClassAsync("large", Secrets, LargestSecret, null, cancellationToken);
        BenchPod[] pods = [.. stage.Town.Residents.Take(Held)];
        string state = Stage.NewState();
        double limit = DriverProcess.ManifestLimit();
        string budget = $"--max-node-size={(long)(limit * 1048576) - OwnNeed}";
        using MemoryGroup pod = MemoryGroup.Create("pod");
        using (MemoryGroup first = pod.Child("first"))
        {
            await using DriverProcess driver = await stage.DriverAsync(state, first, cancellationToken, budget);
            yield return Of("empty.container_mib", "without volumes: the container", first.Usage);
            using var kubelet = new Kubelet(driver.Socket);
            Array.ForEach(pods, Kubelet.PrepareTarget);
            await Callers.EachAsync(8, pods, new Samples(), p => kubelet.PublishAsync(p, "large", cancellationToken), cancellationToken);
            await Task.Delay(Settled, cancellationToken);
            yield return Of("full.container_mib", "with them: the container, against the DaemonSet's limit", first.Usage, new Target(limit));
            yield return Of("full.files_mib", "  of it their files", first.Part("shmem", "shmem"));
            yield return Of("full.process_mib", "  of it the process's own memory", first.Part("rss", "anon"));
            yield return Of("full.peak_mib", "  its peak", first.Peak, new Target(limit));
            await driver.KillAsync();
        }

        using (MemoryGroup second = pod.Child("second"))
        {
            await using DriverProcess driver = await stage.DriverAsync(state, second, cancellationToken, budget);
            using var kubelet = new Kubelet(driver.Socket);
            await Callers.EachAsync(8, pods, new Samples(), p => kubelet.PublishAsync(p, "large", cancellationToken), cancellationToken);
            await Task.Delay(Settled, cancellationToken);
            yield return Of("restarted.container_mib", "after kill -9 and a new container: the container", second.Usage);
            yield return Of("restarted.pod_mib", "after kill -9 and a new container: the pod", pod.Usage, new Target(limit));
            await Callers.EachAsync(8, pods, new Samples(), p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);
            yield return Of("emptied.pod_mib", "after all are unpublished: the pod", pod.Usage);
        }
    }

    private static Figure Of(string key, string text, double value, Target? target = null) =>
        new() { Key = "cgroup." + key, Text = text, Value = value, Unit = "MiB", Target = target };
}
