using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>What the container and its pod are charged for 110 volumes of ten secrets of 64 KiB: the pages of a tmpfs belong to who wrote them.</summary>
internal static class CgroupBench
{
    private const int Held = 110;
    private const int Secrets = 10;
    private const int LargestSecret = 65536;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(6);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await stage.Town.ClassAsync("large", Secrets, LargestSecret, null, cancellationToken);
        BenchPod[] pods = [.. stage.Town.Residents.Take(Held)];
        string state = Repository.Scratch("state");
        using MemoryGroup pod = MemoryGroup.Create("pod");
        using (MemoryGroup first = pod.Child("first"))
        {
            await using DriverProcess driver = await stage.DriverAsync(state, first, cancellationToken);
            yield return Of("empty.container_mib", "without volumes: the container", first.Usage);
            using var kubelet = new Kubelet(driver.Socket);
            Array.ForEach(pods, Kubelet.PrepareTarget);
            await Callers.EachAsync(8, pods, new Samples(), p => kubelet.PublishAsync(p, "large", cancellationToken), cancellationToken);
            await Task.Delay(Settled, cancellationToken);
            yield return Of("full.container_mib", "with them: the container", first.Usage);
            yield return Of("full.files_mib", "  of it their files", first.Part("shmem", "shmem"));
            yield return Of("full.process_mib", "  of it the process's own memory", first.Part("rss", "anon"));
            yield return Of("full.pod_mib", "with them: the pod", pod.Usage);
            await driver.KillAsync();
        }

        using (MemoryGroup second = pod.Child("second"))
        {
            await using DriverProcess driver = await stage.DriverAsync(state, second, cancellationToken);
            using var kubelet = new Kubelet(driver.Socket);
            await Callers.EachAsync(8, pods, new Samples(), p => kubelet.PublishAsync(p, "large", cancellationToken), cancellationToken);
            await Task.Delay(Settled, cancellationToken);
            yield return Of("restarted.container_mib", "after kill -9 and a new container: the container", second.Usage);
            yield return Of("restarted.pod_mib", "after kill -9 and a new container: the pod", pod.Usage);
            await Callers.EachAsync(8, pods, new Samples(), p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);
            yield return Of("emptied.pod_mib", "after all are unpublished: the pod", pod.Usage);
        }
    }

    private static Figure Of(string key, string text, double value) => new() { Key = "cgroup." + key, Text = $"{text}", Value = value, Unit = "MiB" };
}
