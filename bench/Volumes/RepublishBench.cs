using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>The kubelet publishes each mounted volume again, once a minute and more: with nothing due it costs next to nothing.</summary>
internal static class RepublishBench
{
    private const int Rounds = 5;

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Floors floors = await stage.FloorsAsync(cancellationToken);
        IReadOnlyList<BenchPod> pods = stage.Town.Residents;
        await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
        using var kubelet = new Kubelet(driver.Socket);
        foreach (BenchPod pod in pods)
        {
            Kubelet.PrepareTarget(pod);
            await kubelet.PublishAsync(pod, "four", cancellationToken);
        }

        Task Republish(BenchPod pod) => kubelet.PublishAsync(pod, "four", cancellationToken);
        await Callers.EachAsync(1, pods, new Samples(), Republish, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken); // statuses are written
        double kube = await driver.MetricAsync("csi_secrets_kube_requests_total", "", cancellationToken);
        int aws = stage.Aws.Server.Calls.Count();
        var rounds = new List<Samples>();
        for (int i = 0; i < Rounds; i++)
        {
            rounds.Add(new Samples());
            await Callers.EachAsync(1, pods, rounds[^1], Republish, cancellationToken);
        }

        int republishes = Rounds * pods.Count;
        double kubeAfter = await driver.MetricAsync("csi_secrets_kube_requests_total", "", cancellationToken);
        yield return new Figure
        {
            Key = "republish.p50_ms",
            Text = "unchanged volume, p50",
            Value = Samples.Median(rounds.Select(r => r.P50)),
            Unit = "ms",
            Floor = floors.Grpc,
            Target = new Target(0.5),
        };
        yield return new Figure { Key = "republish.p99_ms", Text = "unchanged volume, p99", Value = Samples.Median(rounds.Select(r => r.P99)), Unit = "ms", Floor = floors.Grpc };
        yield return new Figure { Key = "republish.kube_requests", Text = $"requests to the API server in {republishes} republishes", Value = kubeAfter - kube, Unit = "", Target = new Target(0) };
        yield return new Figure { Key = "republish.aws_calls", Text = $"calls to AWS in {republishes} republishes", Value = stage.Aws.Server.Calls.Count() - aws, Unit = "", Target = new Target(0) };
        var stats = new Samples();
        await Callers.EachAsync(1, pods, stats, p => kubelet.StatsAsync(p, cancellationToken), cancellationToken);
        yield return new Figure { Key = "volume_stats.p50_ms", Text = "NodeGetVolumeStats, p50", Value = stats.P50, Unit = "ms", Floor = floors.Grpc };
        await Callers.EachAsync(8, pods, new Samples(), p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);
        await foreach (Figure figure in DueRepublish.Run(stage, floors, driver, kubelet, cancellationToken))
        {
            yield return figure;
        }
    }
}
