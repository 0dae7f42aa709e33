using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CsiSecrets.Telemetry;

/// <summary>Durations in seconds, counted into buckets.</summary>
internal sealed class Histogram(string name, string help, double[] bounds, params string[] labels)
    : MetricFamily(name, help, "histogram", labels)
{
    /// <summary>From 1 ms to 10 s.</summary>
    public static readonly double[] CallSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>The peer's buckets: 0.1 s growing to 2 s.</summary>
    public static readonly double[] PeerSeconds = [0.1, 0.2, 0.3, 0.4, 0.5, 1, 1.5, 2];

    private readonly ConcurrentDictionary<string, long[]> counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> sums = new(StringComparer.Ordinal);

    public void Record(double seconds, params ReadOnlySpan<string> values)
    {
        string key = KeyOf(values);
        long[] buckets = counts.GetOrAdd(key, static (_, n) => new long[n], bounds.Length + 1);
        int bucket = Array.FindIndex(bounds, b => seconds <= b);
        Interlocked.Increment(ref buckets[bucket < 0 ? bounds.Length : bucket]);
        sums.AddOrUpdate(key, static (_, s) => s, static (_, old, s) => old + s, seconds);
    }

    protected override void WriteSamples(StringBuilder text)
    {
        foreach ((string key, long[] buckets) in counts.ToArray().OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            long total = 0;
            string prefix = key.Length == 0 ? "" : key + ",";
            for (int i = 0; i < buckets.Length; i++)
            {
                total += Interlocked.Read(ref buckets[i]);
                string bound = i == bounds.Length ? "+Inf" : bounds[i].ToString("R", CultureInfo.InvariantCulture);
                WriteSample(text, Name + "_bucket", $"{prefix}le=\"{bound}\"", total);
            }

            WriteSample(text, Name + "_sum", key, sums.GetValueOrDefault(key));
            WriteSample(text, Name + "_count", key, total);
        }
    }
}
