using System.Diagnostics;
using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Controller;

/// <summary>
/// The controller at scale: all ExternalSecrets are there before it starts. Then one cycle in which nothing changed at AWS, and new
/// ExternalSecrets in the middle of it.
/// </summary>
internal static class ExternalSecretsBench
{
    private const int Whole = 10_000;
    private const int NewOnes = 12;
    private static readonly TimeSpan AwsDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int count = stage.ExternalSecrets;

        // Long enough that the first refresh comes after the last first sync, on a busy machine too.
        var estate = new Estate(stage, count, TimeSpan.FromSeconds(30 + (count * 0.021)));
        await stage.Plane.ApplyAsync(ControllerProcess.Manifest, cancellationToken);
        (Floor Time, Floor ServerCpu) floor = await BareClient.MeasureAsync(stage.Plane, count, cancellationToken);
        await estate.BuildAsync(cancellationToken);
        stage.Aws.Delay(AwsDelay);
        await using var watch = new ReadyWatch(stage.Plane);
        await watch.StartAsync(cancellationToken);
        await using ControllerProcess controller = await ControllerProcess.StartAsync(stage, cancellationToken);
        await foreach (Figure figure in FirstSyncAsync(stage, controller, watch, count, floor, cancellationToken))
        {
            yield return figure;
        }

        await foreach (Figure figure in QuietCycleAsync(stage, controller, watch, estate, count, cancellationToken))
        {
            yield return figure;
        }

        stage.Aws.Delay(TimeSpan.Zero);
    }

    private static async IAsyncEnumerable<Figure> FirstSyncAsync(
        Stage stage, ControllerProcess controller, ReadyWatch watch, int count, (Floor Time, Floor ServerCpu) floor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int calls = stage.Aws.Server.Calls.Count();
        TimeSpan server = stage.Plane.Cpu;
        RequestCounts before = await stage.Plane.CountsAsync(cancellationToken);
        TimeSpan took = await watch.UntilAsync(() => watch.Ready >= count || controller.HasExited, Patience, cancellationToken);
        if (controller.HasExited)
        {
            throw new InvalidOperationException("the controller ended: see artifacts/bench/controller.log");
        }

        RequestCounts after = await stage.Plane.CountsAsync(cancellationToken);
        double secrets = after.Writes("secrets") - before.Writes("secrets");
        double statuses = after.Writes("externalsecrets") - before.Writes("externalsecrets");
        yield return Of("ready_s", $"{count} ExternalSecrets of {Estate.Stores} stores, all Ready", took.TotalSeconds, "s", Bound(count, 90), floor.Time);
        yield return Of("cpu_s", "  CPU of the controller", controller.Cpu.TotalSeconds, "s");
        yield return Of("server_cpu_s", "  CPU of API server and etcd", (stage.Plane.Cpu - server).TotalSeconds, "s", floor: floor.ServerCpu);
        yield return Of("aws_calls", "  calls to AWS", stage.Aws.Server.Calls.Count() - calls, "", Bound(count, 1000));
        yield return Of("writes_per_object", "  writes of Secrets and statuses, per ExternalSecret", (secrets + statuses) / count, "", new Target(2));
        yield return Of("secret_writes", "  of them Secrets", secrets, "");
        yield return Of("reads", "  reads of Secrets, ConfigMaps, accounts", after.ReadsOf("secrets") + after.ReadsOf("serviceaccounts") + after.ReadsOf("configmaps")
            - before.ReadsOf("secrets") - before.ReadsOf("serviceaccounts") - before.ReadsOf("configmaps"), "");
        yield return Of("events", "  events so far", after.Writes("events") - before.Writes("events"), "");
        MemoryReading memory = controller.Memory();
        yield return Of("peak_mib", "  peak resident memory", memory.Peak, "MiB", Bound(count, 150));
        yield return Of("resident_mib", "  resident memory then", memory.Resident, "MiB");
        yield return Of("anonymous_mib", "    of it anonymous", memory.Anonymous, "MiB");
    }

    private static async IAsyncEnumerable<Figure> QuietCycleAsync(
        Stage stage, ControllerProcess controller, ReadyWatch watch, Estate estate, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        await watch.UntilAsync(() => watch.RefreshedSince(began) > count / 20, Patience, cancellationToken);
        int calls = stage.Aws.Server.Calls.Count();
        int refreshed = watch.RefreshedSince(began);
        TimeSpan cpu = controller.Cpu;
        RequestCounts before = await stage.Plane.CountsAsync(cancellationToken);
        long from = Stopwatch.GetTimestamp();
        var ready = new List<double>();
        for (int i = 0; i < NewOnes; i++)
        {
            int index = count + i;
            await watch.UntilAsync(() => watch.RefreshedSince(began) - refreshed >= (count - refreshed) * i / (NewOnes + 2), Patience, cancellationToken);
            await estate.CreateAsync(index, cancellationToken);
            ready.Add((await watch.UntilAsync(() => watch.IsReady(Estate.NameOf(index)), Patience, cancellationToken)).TotalSeconds);
        }

        await watch.UntilAsync(() => watch.RefreshedSince(began) >= count + NewOnes, Patience, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        RequestCounts after = await stage.Plane.CountsAsync(cancellationToken);
        MemoryReading memory = controller.Memory();
        yield return Of("new_ready_s", $"{NewOnes} new ExternalSecrets in the middle of a refresh of all: until Ready, the slowest", ready.Max(), "s", new Target(2));
        yield return Of("new_ready_median_s", "  the middle one", Samples.Median(ready), "s");
        yield return Of("quiet.s", "a cycle in which nothing changed", seconds, "s");
        yield return Of("quiet.cpu_s", "  CPU of the controller", (controller.Cpu - cpu).TotalSeconds, "s");
        yield return Of("quiet.secret_writes", "  writes of Secrets, new ones apart", after.Writes("secrets") - before.Writes("secrets") - NewOnes, "", new Target(0));
        yield return Of("quiet.status_writes", "  writes of statuses, per ExternalSecret (the refresh time)",
            (after.Writes("externalsecrets") - before.Writes("externalsecrets") - (2 * NewOnes)) / (count - refreshed), "", null);
        yield return Of("quiet.aws_calls", "  calls to AWS", stage.Aws.Server.Calls.Count() - calls, "", Bound(count, 1000));
        yield return Of("quiet.peak_mib", "  peak resident memory", memory.Peak, "MiB", Bound(count, 150));
        yield return Of("quiet.resident_mib", "  resident memory at its end", memory.Resident, "MiB");
    }

    /// <summary>The targets are for the whole number.</summary>
    private static Target? Bound(int count, double most) => count == Whole ? new Target(most) : null;

    private static Figure Of(string key, string text, double value, string unit, Target? target = null, Floor? floor = null) =>
        new() { Key = "externalsecrets." + key, Text = text, Value = value, Unit = unit, Target = target, Floor = floor };
}
