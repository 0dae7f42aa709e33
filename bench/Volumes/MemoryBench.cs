using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>The one process: its start, and its resident memory with TLS to the API server and to AWS.</summary>
internal static class MemoryBench
{
    private const int Starts = 9;
    private const int Held = 110;
    private const int Publishes = 10_000;
    private const int Storm = 64;
    private const int LargestSecret = 65536;

    // Longer than the driver takes to find that it is quiet.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(15);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cpu = new List<double>();
        var wall = new List<double>();
        for (int i = 0; i < Starts; i++)
        {
            await using DriverProcess one = await stage.DriverAsync(null, cancellationToken);
            cpu.Add(one.StartCpu.TotalMilliseconds);
            wall.Add(one.StartTime.TotalMilliseconds);
        }

        yield return Of("start_cpu_ms", $"CPU from start to first Probe, median of {Starts}", Samples.Median(cpu), "ms", new Target(100));
        yield return Of("start_wall_ms", $"time from start to first Probe, median of {Starts}", Samples.Median(wall), "ms", null);

        await using (DriverProcess driver = await stage.DriverAsync(null, cancellationToken))
        {
            using var kubelet = new Kubelet(driver.Socket);
            BenchPod[] held = [.. stage.Town.Residents.Take(Held)];
            await PublishAsync(kubelet, held, _ => "four", 8, cancellationToken);
            await Task.Delay(Settled, cancellationToken);
            yield return Of("idle_mib", $"resident, {Held} volumes held", driver.Memory().Resident, "MiB", new Target(44));
            yield return Of("idle_anon_mib", "  of it anonymous", driver.Memory().Anonymous, "MiB", null);

            TimeSpan before = driver.Cpu;
            await CycleAsync(kubelet, [.. stage.Town.Residents.Skip(Held)], cancellationToken);
            yield return Of("cpu_per_mount_ms", "CPU of one publish and unpublish", (driver.Cpu - before).TotalMilliseconds / Publishes, "ms", null);
            await Task.Delay(Settled, cancellationToken);
            yield return Of("after_mib", $"resident, after {Publishes} publishes", driver.Memory().Resident, "MiB", new Target(52));
            yield return Of("after_anon_mib", "  of it anonymous", driver.Memory().Anonymous, "MiB", null);
            yield return Of("after_peak_mib", "  peak", driver.Memory().Peak, "MiB", null);
            await UnpublishAsync(kubelet, held, cancellationToken);
        }

        await foreach (Figure figure in StormAsync(stage, cancellationToken))
        {
            yield return figure;
        }
    }

    /// <summary>64 mounts at once, each of other secrets of the greatest size that AWS keeps.</summary>
    private static async IAsyncEnumerable<Figure> StormAsync(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (int secrets in (int[])[1, 10])
        {
            for (int i = 0; i < Storm; i++)
            {
                await stage.Town.ClassAsync($"storm-{secrets}-{i}", secrets, LargestSecret, null, cancellationToken);
            }

            await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
            using var kubelet = new Kubelet(driver.Socket);
            BenchPod[] pods = [.. stage.Town.Residents.Take(Storm)];
            int failed = await PublishAsync(kubelet, pods, i => $"storm-{secrets}-{i}", Storm, cancellationToken);
            string text = $"{Storm} mounts at once of {secrets} secrets of 64 KiB";
            yield return Of($"storm{secrets}.died", text + ": died", driver.HasExited ? 1 : 0, "", new Target(0));
            yield return Of($"storm{secrets}.failed", text + ": failed", failed, "", new Target(0));
            if (!driver.HasExited)
            {
                yield return Of($"storm{secrets}.peak_mib", text + ": peak resident", driver.Memory().Peak, "MiB", null);
                await UnpublishAsync(kubelet, pods, cancellationToken);
            }

            stage.ClearVolumes();
        }
    }

    /// <summary>Returns how many failed.</summary>
    private static async Task<int> PublishAsync(
        Kubelet kubelet, BenchPod[] pods, Func<int, string> classOf, int callers, CancellationToken cancellationToken)
    {
        int failed = 0;
        Array.ForEach(pods, Kubelet.PrepareTarget);
        await Callers.EachAsync(
            callers,
            pods,
            new Samples(),
            async pod =>
            {
                try
                {
                    await kubelet.PublishAsync(pod, classOf(Array.IndexOf(pods, pod)), cancellationToken);
                }
                catch (Grpc.Core.RpcException)
                {
                    Interlocked.Increment(ref failed);
                }
            },
            cancellationToken);
        return failed;
    }

    private static Task UnpublishAsync(Kubelet kubelet, BenchPod[] pods, CancellationToken cancellationToken) =>
        Callers.EachAsync(8, pods, new Samples(), p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);

    private static async Task CycleAsync(Kubelet kubelet, BenchPod[] pods, CancellationToken cancellationToken)
    {
        Array.ForEach(pods, Kubelet.PrepareTarget);
        for (int done = 0; done < Publishes; done += pods.Length)
        {
            BenchPod[] some = pods[..Math.Min(pods.Length, Publishes - done)];
            await Callers.EachAsync(8, some, new Samples(), p => kubelet.PublishAsync(p, "four", cancellationToken), cancellationToken);
            await UnpublishAsync(kubelet, some, cancellationToken);
        }
    }

    private static Figure Of(string key, string text, double value, string unit, Target? target) =>
        new() { Key = "memory." + key, Text = text, Value = value, Unit = unit, Target = target };
}
