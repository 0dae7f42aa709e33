using System.Diagnostics;

namespace CsiSecrets.Bench;

/// <summary>Durations of one operation, in milliseconds; may be added to by many callers at once.</summary>
internal sealed class Samples
{
    private readonly Lock gate = new();
    private readonly List<double> values = [];

    public double P50 => Percentile(0.50);

    public double P99 => Percentile(0.99);

    public async Task TimeAsync(Func<Task> operation)
    {
        long started = Stopwatch.GetTimestamp();
        await operation();
        Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Add(double milliseconds)
    {
        lock (gate)
        {
            values.Add(milliseconds);
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private double Percentile(double share)
    {
        lock (gate)
        {
            double[] sorted = [.. values.Order()];
            return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
        }
    }
}
