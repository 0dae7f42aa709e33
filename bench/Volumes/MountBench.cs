using System.Diagnostics;
using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>200 volumes of four known objects, all held, then unpublished, as the peers were measured.</summary>
internal static class MountBench
{
    private const int Rounds = 5;
    private const int Warmups = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Floors floors = await stage.FloorsAsync(cancellationToken);
        await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
        using var kubelet = new Kubelet(driver.Socket);
        for (int i = 0; i < Warmups; i++)
        {
            await RoundAsync(stage, kubelet, 8, cancellationToken); // a client that is still being compiled takes the driver's processors
        }

        foreach (int delay in (int[])[0, 20])
        {
            stage.Aws.Delay(TimeSpan.FromMilliseconds(delay));
            foreach (int callers in (int[])[1, 8, 64])
            {
                var rounds = new List<Round>();
                for (int i = 0; i < Rounds; i++)
                {
                    rounds.Add(await RoundAsync(stage, kubelet, callers, cancellationToken));
                }

                foreach (Figure figure in FiguresOf(rounds, delay, callers, floors))
                {
                    yield return figure;
                }
            }
        }

        stage.Aws.Delay(TimeSpan.Zero);
    }

    private static async Task<Round> RoundAsync(Stage stage, Kubelet kubelet, int callers, CancellationToken cancellationToken)
    {
        IReadOnlyList<BenchPod> pods = stage.Town.Residents;
        await stage.Town.DeleteStatusesAsync(cancellationToken);
        foreach (BenchPod pod in pods)
        {
            Kubelet.PrepareTarget(pod);
        }

        await kubelet.PublishAsync(pods[0], "four", cancellationToken); // the objects are known from here on
        await kubelet.UnpublishAsync(pods[0], cancellationToken);
        var publish = new Samples();
        TimeSpan wall = await Callers.EachAsync(callers, pods, publish, p => kubelet.PublishAsync(p, "four", cancellationToken), cancellationToken);
        TimeSpan late = await StatusesAsync(stage, cancellationToken);
        foreach (BenchPod pod in pods)
        {
            CheckFiles(pod);
        }

        var unpublish = new Samples();
        TimeSpan down = await Callers.EachAsync(callers, pods, unpublish, p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);
        return new Round(publish.P50, publish.P99, pods.Count / wall.TotalSeconds, late.TotalSeconds, unpublish.P50, unpublish.P99, pods.Count / down.TotalSeconds);
    }

    /// <summary>How long after the last mount the last status was there.</summary>
    private static async Task<TimeSpan> StatusesAsync(Stage stage, CancellationToken cancellationToken)
    {
        long since = Stopwatch.GetTimestamp();
        while (await stage.Town.CountStatusesAsync(cancellationToken) < stage.Town.Residents.Count)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new InvalidOperationException("statuses are missing");
            }

            await Task.Delay(100, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(since);
    }

    private static void CheckFiles(BenchPod pod)
    {
        for (int i = 0; i < 4; i++)
        {
            if (File.ReadAllText(Path.Combine(pod.Target, Town.SecretOf("four", i))) != Town.ValueOf("four", i, 40))
            {
                throw new InvalidOperationException($"{pod.Target} does not hold its secrets");
            }
        }
    }

    private static IEnumerable<Figure> FiguresOf(List<Round> rounds, int delay, int callers, Floors floors)
    {
        Figure Of(string key, string text, string unit, Func<Round, double> value, Floor? floor, Target? target) => new()
        {
            Key = $"mounts.aws{delay}ms.{callers}callers.{key}",
            Text = $"AWS at {delay} ms, {callers} callers: {text}",
            Unit = unit,
            Value = Samples.Median(rounds.Select(value)),
            Floor = floor,
            Target = target,
        };
        yield return Of("publish_p50_ms", "publish p50", "ms", r => r.PublishP50, floors.Publish, callers == 1 ? new Target(1) : null);
        yield return Of("publish_p99_ms", "publish p99", "ms", r => r.PublishP99, floors.Publish, null);
        yield return Of("publish_per_s", "mounts", "1/s", r => r.PublishRate, null, callers == 8 ? new Target(1000, AtLeast: true) : null);
        yield return Of("statuses_s", "last status after last mount", "s", r => r.StatusesAfter, null, new Target(5));
        yield return Of("unpublish_p50_ms", "unpublish p50", "ms", r => r.UnpublishP50, floors.Unpublish, null);
        yield return Of("unpublish_p99_ms", "unpublish p99", "ms", r => r.UnpublishP99, floors.Unpublish, null);
        yield return Of("unpublish_per_s", "unmounts", "1/s", r => r.UnpublishRate, null, null);
    }

    private sealed record Round(
        double PublishP50, double PublishP99, double PublishRate, double StatusesAfter, double UnpublishP50, double UnpublishP99, double UnpublishRate);
}
