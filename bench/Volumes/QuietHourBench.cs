using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>An hour in which no secret changes, by a clock that is put forward: 110 volumes, refreshed each 2 minutes, published again by the kubelet
/// each minute. In this process, not in the published binary, whose clock nobody can move.</summary>
internal static class QuietHourBench
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Warm = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using QuietNode node = await QuietNode.StartAsync(stage, cancellationToken);
        await PassAsync(node, Warm, cancellationToken);
        node.Reset();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await PassAsync(node, Hour, cancellationToken);
        TimeSpan cpu = Environment.CpuUsage.TotalTime - before;
        yield return Of("api_writes", "writes to the API server (statuses and events)", node.Writes, "", new Target(0));
        yield return Of("aws_calls", "calls to AWS", node.AwsCalls, "", null);
        yield return Of("cpu_s", "CPU time, the AWS endpoint's and the kubelet's calls included", cpu.TotalSeconds, "s", null);
    }

    private static async Task PassAsync(QuietNode node, TimeSpan time, CancellationToken cancellationToken)
    {
        for (int step = 0; step < time / Step; step++)
        {
            await node.AdvanceAsync(Step, republish: step % 2 == 0, cancellationToken);
        }
    }

    private static Figure Of(string key, string text, double value, string unit, Target? target) =>
        new() { Key = "quiet_hour." + key, Text = $"{QuietNode.Held} volumes: {text}", Value = value, Unit = unit, Target = target };
}
