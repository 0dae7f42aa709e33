using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>Republishes by which a refresh is due: each volume has four objects of its own, so that each asks AWS about its four and finds them
/// unchanged.</summary>
internal static class DueRepublish
{
    private const int Pods = 40;
    private const int Rounds = 3;
    private const int Objects = 4;

    // The shortest interval there is, and the most that a schedule stretches it.
    private const string Interval = "1s";
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(1.15);

    public static async IAsyncEnumerable<Figure> Run(
        Stage stage, Floors floors, DriverProcess driver, Kubelet kubelet, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BenchPod[] pods = [.. stage.Town.Residents.Take(Pods)];
        foreach (BenchPod pod in pods)
        {
            await stage.Town.ClassAsync("due-" + pod.Name, Objects, 40, Interval, cancellationToken);
            await RepublishAsync(kubelet, pod, cancellationToken);
        }

        foreach ((int delay, Floor aws) in ((int, Floor)[])[(0, floors.Aws), (20, floors.SlowAws)])
        {
            stage.Aws.Delay(TimeSpan.FromMilliseconds(delay));
            var samples = new Samples();
            int calls = stage.Aws.Server.Calls.Count();
            double kube = await driver.MetricAsync("csi_secrets_kube_requests_total", "", cancellationToken);
            for (int round = 0; round < Rounds; round++)
            {
                await Task.Delay(Due, cancellationToken);
                await Callers.EachAsync(1, pods, samples, p => RepublishAsync(kubelet, p, cancellationToken), cancellationToken);
            }

            calls = stage.Aws.Server.Calls.Count() - calls;
            kube = await driver.MetricAsync("csi_secrets_kube_requests_total", "", cancellationToken) - kube;
            yield return Of(delay, "p50_ms", "p50", samples.P50, "ms", new Floor("gRPC call + signed AWS call", floors.Grpc.Value + aws.Value), null);
            yield return Of(delay, "aws_calls", "calls to AWS for each", (double)calls / (Rounds * Pods), "", null, new Target(Objects));
            yield return Of(delay, "kube_requests", $"requests to the API server in {Rounds * Pods}", kube, "", null, null);
        }

        stage.Aws.Delay(TimeSpan.Zero);
        await Callers.EachAsync(8, pods, new Samples(), p => kubelet.UnpublishAsync(p, cancellationToken), cancellationToken);
    }

    private static Task RepublishAsync(Kubelet kubelet, BenchPod pod, CancellationToken cancellationToken)
    {
        Kubelet.PrepareTarget(pod);
        return kubelet.PublishAsync(pod.Ending(DateTimeOffset.UtcNow.AddSeconds(4)), "due-" + pod.Name, cancellationToken);
    }

    private static Figure Of(int delay, string key, string text, double value, string unit, Floor? floor, Target? target) => new()
    {
        Key = $"republish.due.aws{delay}ms.{key}",
        Text = $"refresh due, four objects, AWS at {delay} ms: {text}",
        Value = value,
        Unit = unit,
        Floor = floor,
        Target = target,
    };
}
