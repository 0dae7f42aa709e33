using System.Diagnostics;
using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;
using CsiSecrets.Bench.Volumes;

namespace CsiSecrets.Bench.Controller;

/// <summary>
/// Rolling restarts: 1,000 Deployments of one namespace that use 1,000 Secrets. First sight, one Secret changed, a hundred at once, a quiet
/// minute, and a controller that is started again with one Secret changed meanwhile.
/// </summary>
internal static class ReloadBench
{
    private const int Count = 1000;
    private const int Singles = 20;
    private const int Many = 100;
    private const string Flag = "--enable-reloader";
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await stage.Plane.ApplyAsync("controller/rendered/reloader.yaml", cancellationToken);
        var fleet = new Fleet(stage.Plane, Count);
        await fleet.BuildAsync(cancellationToken);
        await using var watch = new RolloutWatch(stage.Plane);
        watch.Start();
        await using (ControllerProcess controller = await ControllerProcess.StartAsync(stage, cancellationToken, Flag))
        {
            await foreach (Figure figure in FirstSightAsync(stage, controller, watch, cancellationToken))
            {
                yield return figure;
            }

            await foreach (Figure figure in ChangesAsync(stage, controller, watch, fleet, cancellationToken))
            {
                yield return figure;
            }
        }

        await foreach (Figure figure in StartedAgainAsync(stage, watch, fleet, cancellationToken))
        {
            yield return figure;
        }
    }

    private static async IAsyncEnumerable<Figure> FirstSightAsync(
        Stage stage, ControllerProcess controller, RolloutWatch watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequestCounts before = await stage.Plane.CountsAsync(cancellationToken);
        TimeSpan took = await watch.UntilAsync(() => watch.Recorded == Count || controller.HasExited, Patience, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        RequestCounts after = await stage.Plane.CountsAsync(cancellationToken);
        yield return Of("baseline_s", $"{Count} workloads at first sight: until each has its record", took.TotalSeconds, "s");
        yield return Of("baseline.writes", "  writes of workloads", after.Writes("deployments") - before.Writes("deployments"), "", new Target(Count));
        yield return Of("baseline.rolled", "  of them rollouts", watch.RolledSince(new Dictionary<string, string>()), "", new Target(0));
        yield return Of("baseline.peak_mib", "  peak resident memory", controller.Memory().Peak, "MiB");
    }

    private static async IAsyncEnumerable<Figure> ChangesAsync(
        Stage stage, ControllerProcess controller, RolloutWatch watch, Fleet fleet, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var singles = new List<double>();
        TimeSpan cpu = controller.Cpu;
        RequestCounts before = await stage.Plane.CountsAsync(cancellationToken);
        for (int i = 0; i < Singles; i++)
        {
            Dictionary<string, string> then = watch.Marks();
            long began = Stopwatch.GetTimestamp();
            await fleet.ChangeAsync(i * 7, "second", cancellationToken);
            await watch.UntilAsync(() => watch.RolledSince(then) > 0, Patience, cancellationToken);
            singles.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        await Task.Delay(Settle, cancellationToken);
        RequestCounts after = await stage.Plane.CountsAsync(cancellationToken);
        yield return Of("one_s", $"one Secret changed: until the patch, of it 2 s the window; the middle of {Singles}", Samples.Median(singles), "s", new Target(2.5));
        yield return Of("one_slowest_s", "  the slowest", singles.Max(), "s");
        yield return Of("one.writes", "  writes of workloads, per change", (after.Writes("deployments") - before.Writes("deployments")) / Singles, "", new Target(1));
        yield return Of("one.reads", "  reads and lists of workloads and Secrets, per change", Reads(before, after) / Singles, "", new Target(0));
        yield return Of("one.cpu_ms", "  CPU of the controller, per change", (controller.Cpu - cpu).TotalMilliseconds / Singles, "ms");

        Dictionary<string, string> all = watch.Marks();
        before = await stage.Plane.CountsAsync(cancellationToken);
        long from = Stopwatch.GetTimestamp();
        await Estate.EachAsync(Enumerable.Range(500, Many), (i, token) => fleet.ChangeAsync(i, "second", token), cancellationToken);
        await watch.UntilAsync(() => watch.RolledSince(all) >= Many, Patience, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        await Task.Delay(Settle, cancellationToken);
        after = await stage.Plane.CountsAsync(cancellationToken);
        yield return Of("many_s", $"{Many} Secrets changed at once: until the last patch", seconds, "s");
        yield return Of("many.writes", "  writes of workloads", after.Writes("deployments") - before.Writes("deployments"), "", new Target(Many));

        await Task.Delay(Quiet, cancellationToken);
        RequestCounts quiet = await stage.Plane.CountsAsync(cancellationToken);
        yield return Of("quiet.writes", "a quiet minute: writes of workloads and Secrets",
            quiet.Writes("deployments") + quiet.Writes("secrets") - after.Writes("deployments") - after.Writes("secrets"), "", new Target(0));
        yield return Of("quiet.reads", "  reads and lists of them", Reads(after, quiet), "", new Target(0));
        MemoryReading memory = controller.Memory();
        yield return Of("resident_mib", "  resident memory then", memory.Resident, "MiB");
        yield return Of("peak_mib", "  peak resident memory so far", memory.Peak, "MiB");
    }

    private static async IAsyncEnumerable<Figure> StartedAgainAsync(
        Stage stage, RolloutWatch watch, Fleet fleet, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await fleet.ChangeAsync(900, "while-nobody-looked", cancellationToken);
        Dictionary<string, string> then = watch.Marks();
        RequestCounts before = await stage.Plane.CountsAsync(cancellationToken);
        long began = Stopwatch.GetTimestamp();
        await using ControllerProcess controller = await ControllerProcess.StartAsync(stage, cancellationToken, Flag);
        await watch.UntilAsync(() => watch.RolledSince(then) > 0 || controller.HasExited, Patience, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.Delay(Settle, cancellationToken);
        RequestCounts after = await stage.Plane.CountsAsync(cancellationToken);
        yield return Of("again_s", "started again, one Secret changed meanwhile: from the start to its patch", seconds, "s");
        yield return Of("again.writes", "  writes of workloads", after.Writes("deployments") - before.Writes("deployments"), "", new Target(1));
        yield return Of("again.peak_mib", "  peak resident memory", controller.Memory().Peak, "MiB");
    }

    private static double Reads(RequestCounts before, RequestCounts after) =>
        ((string[])["deployments", "secrets", "statefulsets", "daemonsets", "jobs", "cronjobs"]).Sum(r => after.ReadsOf(r) - before.ReadsOf(r));

    private static Figure Of(string key, string text, double value, string unit, Target? target = null) =>
        new() { Key = "reload." + key, Text = text, Value = value, Unit = unit, Target = target };
}
