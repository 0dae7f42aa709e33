using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>First mounts of objects that the node does not know, AWS at 20 ms: what they take beyond AWS's own answer.</summary>
internal static class FirstMountBench
{
    private const int Times = 40;
    private const double OwnMilliseconds = 3;

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Floors floors = await stage.FloorsAsync(cancellationToken);
        await stage.Town.ClassAsync("one", 1, 40, null, cancellationToken);
        for (int i = 0; i < Times; i++)
        {
            await stage.Town.ClassAsync($"new-one-{i}", 1, 40, null, cancellationToken);
            await stage.Town.ClassAsync($"new-four-{i}", 4, 40, null, cancellationToken);
        }

        stage.Aws.Delay(TimeSpan.FromMilliseconds(20));

        // A value serves other pods for a millisecond only: each of these mounts reads it anew.
        await using (DriverProcess forgetful = await stage.DriverAsync(null, cancellationToken, "--max-secret-age=1ms"))
        {
            yield return Of("known_class_one", "one object, class known", await MeasureAsync(stage, forgetful, _ => "one", cancellationToken), floors);
            yield return Of("known_class_four", "four objects (one batch), class known", await MeasureAsync(stage, forgetful, _ => "four", cancellationToken), floors);
        }

        await using (DriverProcess driver = await stage.DriverAsync(null, cancellationToken))
        {
            yield return Of("new_class_one", "one object, class new to the node", await MeasureAsync(stage, driver, i => $"new-one-{i}", cancellationToken), floors);
            yield return Of("new_class_four", "four objects (one batch), class new to the node", await MeasureAsync(stage, driver, i => $"new-four-{i}", cancellationToken), floors);
        }

        stage.Aws.Delay(TimeSpan.Zero);
    }

    private static Figure Of(string key, string text, Samples samples, Floors floors) => new()
    {
        Key = $"first.{key}.p50_ms",
        Text = text + ", p50",
        Value = samples.P50,
        Unit = "ms",
        Floor = floors.SlowAws,
        Target = new Target(floors.SlowAws.Value + OwnMilliseconds),
    };

    private static async Task<Samples> MeasureAsync(Stage stage, DriverProcess driver, Func<int, string> classOf, CancellationToken cancellationToken)
    {
        using var kubelet = new Kubelet(driver.Socket);
        IReadOnlyList<BenchPod> pods = stage.Town.Residents;
        Kubelet.PrepareTarget(pods[^1]);
        for (int warm = 0; warm < 20; warm++)
        {
            await kubelet.PublishAsync(pods[^1], "four", cancellationToken); // the identity's credentials are known from here on
            await kubelet.UnpublishAsync(pods[^1], cancellationToken);
        }

        var samples = new Samples();
        for (int i = 0; i < Times; i++)
        {
            BenchPod pod = pods[i];
            Kubelet.PrepareTarget(pod);
            await Task.Delay(3, cancellationToken);
            await samples.TimeAsync(() => kubelet.PublishAsync(pod, classOf(i), cancellationToken));
        }

        foreach (BenchPod pod in pods.Take(Times))
        {
            await kubelet.UnpublishAsync(pod, cancellationToken);
        }

        return samples;
    }
}
