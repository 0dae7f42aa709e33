using System.Diagnostics;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>So many kubelet workers at once, each with a call under way.</summary>
internal static class Callers
{
    /// <summary>Every pod once, shared out among the callers. Returns the wall time of all.</summary>
    public static async Task<TimeSpan> EachAsync(
        int callers, IReadOnlyList<BenchPod> pods, Samples samples, Func<BenchPod, Task> call, CancellationToken cancellationToken)
    {
        int next = -1;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                for (int i = Interlocked.Increment(ref next); i < pods.Count; i = Interlocked.Increment(ref next))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await samples.TimeAsync(() => call(pods[i]));
                }
            },
            cancellationToken)));
        return Stopwatch.GetElapsedTime(started);
    }
}
