using System.Globalization;
using System.Text.RegularExpressions;

namespace CsiSecrets.Bench.Rig;

/// <summary>Memory of a process, in MiB.</summary>
internal readonly record struct MemoryReading(double Resident, double Anonymous, double Peak)
{
    public static MemoryReading Of(int process)
    {
        string text = File.ReadAllText($"/proc/{process}/smaps_rollup") + File.ReadAllText($"/proc/{process}/status");
        double Field(string name) => double.Parse(Regex.Match(text, $@"^{name}:\s+(\d+) kB", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture) / 1024;
        return new MemoryReading(Field("Rss"), Field("Anonymous"), Field("VmHWM"));
    }
}
