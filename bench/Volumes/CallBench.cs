using System.Diagnostics;
using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;
using CsiSecrets.Tests.Aws.Calls;

namespace CsiSecrets.Bench.Volumes;

/// <summary>Calls to AWS for 100 pods of one class and identity with two objects each, where the peer makes 300 at the start and 300 in each cycle.</summary>
internal static class CallBench
{
    private const int Pods = 100;
    private const int Seconds = 10;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6 * Seconds);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await stage.Town.ClassAsync("two", 2, 40, $"{Seconds}s", cancellationToken);
        BenchPod[] pods = [.. stage.Town.Residents.Take(Pods)];
        await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
        using var kubelet = new Kubelet(driver.Socket);
        CallLog log = stage.Aws.Server.Calls;
        log.Reset();
        Array.ForEach(pods, Kubelet.PrepareTarget);
        await Callers.EachAsync(8, pods, new Samples(), p => kubelet.PublishAsync(p, "two", cancellationToken), cancellationToken);
        yield return Of("start", "at the start, STS included", log.Count(), 3);
        yield return Of("start_sts", "of these, to STS", log.Count(where: c => c.Service == "sts"), 1);

        yield return Of("quiet_cycle", "a cycle without change", await CycleAsync(log, cancellationToken), 2);
        stage.Aws.Server.Seed.Secret(Town.SecretOf("two", 1), "changed", region: AwsStage.Region);
        yield return Of("changed_cycle", "a cycle with one object changed", await CycleAsync(log, cancellationToken), 3);
        yield return new Figure
        {
            Key = "calls.changed_files",
            Text = "volumes that hold the new value after it",
            Value = pods.Count(p => File.ReadAllText(Path.Combine(p.Target, Town.SecretOf("two", 1))) == "changed"),
            Unit = "",
            Target = new Target(Pods, AtLeast: true),
        };
        yield return Of("next_cycle", "the cycle after that", await CycleAsync(log, cancellationToken), 2);
        await Callers.EachAsync(8, pods, new Samples(), p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);
    }

    /// <summary>The calls from the first of a cycle until it is quiet again.</summary>
    private static async Task<int> CycleAsync(CallLog log, CancellationToken cancellationToken)
    {
        log.Reset();
        long began = Stopwatch.GetTimestamp();
        while (log.Count() == 0)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"no call to AWS within {Patience.TotalSeconds:0} s: refreshes do not come");
            }

            await Task.Delay(50, cancellationToken);
        }

        await Task.Delay(Settled, cancellationToken);
        return log.Count();
    }

    private static Figure Of(string key, string text, int calls, int most) =>
        new() { Key = $"calls.{key}", Text = $"{Pods} pods, two objects: {text}", Value = calls, Unit = "calls", Target = new Target(most) };
}
