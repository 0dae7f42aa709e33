using System.Diagnostics;
using System.Text;
using CsiSecrets.GoRegex;

namespace CsiSecrets.Bench;

/// <summary>A pattern of 100 alternatives over texts of three sizes: time per KiB stays the same where the engine is linear.</summary>
internal static class GoRegexBench
{
    private const int Rounds = 9;

    public static IEnumerable<Figure> Run()
    {
        string alternatives = string.Join('|', Enumerable.Range(0, 100).Select(i => $"key{i * 7919 % 1000:d3}[a-z]+_{i}"));
        foreach (var (name, pattern) in new[] { ("plain", alternatives), ("groups", $"({alternatives})=(\\S+)") })
        {
            foreach (int kib in new[] { 16, 64, 256 })
            {
                yield return new Figure
                {
                    Key = $"goregex.{name}.{kib}kib.us",
                    Text = $"100 alternatives, {name}, {kib} KiB",
                    Value = Measure(pattern, Text(kib * 1024)),
                    Unit = "us",
                };
            }
        }
    }

    private static double Measure(string pattern, byte[] text)
    {
        var best = TimeSpan.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            var regexp = GoRegexp.Parse(pattern);
            long start = Stopwatch.GetTimestamp();
            int found = regexp.FindAllSubmatchIndex(text, -1, CancellationToken.None).Count;
            var elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
            GC.KeepAlive(found);
        }

        return best.TotalMicroseconds;
    }

    /// <summary>Lines that nearly match, and one in forty that does once "=value" is asked for.</summary>
    private static byte[] Text(int length)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            int i = random.Next(4000);
            text.Append(i < 100 ? $"key{i * 7919 % 1000:d3}abc_{i}=value\n" : $"key{random.Next(1000):d3}abcdefgh_x {i}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString(0, length));
    }
}
