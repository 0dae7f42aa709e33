using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>First mounts of objects that the node does not know, AWS at 20 ms, each held against a bare call made just before it.</summary>
internal static class FirstMountBench
{
    private const int Times = 60;
    private const double OwnMilliseconds = 3;

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] one = [.. Enumerable.Range(0, Times).Select(i => stage.Town.Secrets($"unknown-one-{i}", 1, 40))];
        string[] four = [.. Enumerable.Range(0, Times).Select(i => stage.Town.Secrets($"unknown-four-{i}", 4, 40))];
        for (int i = 0; i < Times; i++)
        {
            await stage.Town.ClassAsync($"new-{i}", 1, 40, null, cancellationToken);
        }

        stage.Aws.Delay(TimeSpan.FromMilliseconds(20));
        await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
        using var kubelet = new Kubelet(driver.Socket);
        yield return await MeasureAsync(
            "one", "one unknown object", stage, kubelet, (p, i) => kubelet.PublishAsync(p, "four", one[i], cancellationToken), cancellationToken);
        yield return await MeasureAsync(
            "four", "four unknown objects (one batch)", stage, kubelet, (p, i) => kubelet.PublishAsync(p, "four", four[i], cancellationToken), cancellationToken);
        yield return await MeasureAsync(
            "new_class", "one unknown object, its class read first", stage, kubelet, (p, i) => kubelet.PublishAsync(p, $"new-{i}", cancellationToken), cancellationToken);
        stage.Aws.Delay(TimeSpan.Zero);
    }

    private static async Task<Figure> MeasureAsync(
        string key, string text, Stage stage, Kubelet kubelet, Func<BenchPod, int, Task> publish, CancellationToken cancellationToken)
    {
        IReadOnlyList<BenchPod> pods = stage.Town.Residents;
        using var aws = new BareAws(stage.Aws);
        Kubelet.PrepareTarget(pods[^1]);
        for (int warm = 0; warm < 30; warm++)
        {
            await aws.ReadAsync(cancellationToken);
            await kubelet.PublishAsync(pods[^1], "four", cancellationToken); // the identity's credentials are known from here on
            await kubelet.UnpublishAsync(pods[^1], cancellationToken);
        }

        var bare = new Samples();
        var mounts = new Samples();
        for (int i = 0; i < Times; i++)
        {
            int now = i;
            Kubelet.PrepareTarget(pods[i]);
            await bare.TimeAsync(() => aws.ReadAsync(cancellationToken));
            await mounts.TimeAsync(() => publish(pods[now], now));
        }

        foreach (BenchPod pod in pods.Take(Times))
        {
            await kubelet.UnpublishAsync(pod, cancellationToken);
        }

        return new Figure
        {
            Key = $"first.{key}.p50_ms",
            Text = text + ", p50",
            Value = mounts.P50,
            Unit = "ms",
            Floor = new Floor("signed AWS call", bare.P50),
            Target = new Target(bare.P50 + OwnMilliseconds),
        };
    }
}
