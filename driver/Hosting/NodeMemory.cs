using System.Globalization;

namespace CsiSecrets.Hosting;

/// <summary>How much the volumes of a node may hold together: the container's memory limit less what the process itself needs.</summary>
internal static class NodeMemory
{
    private const long OwnNeed = 64L << 20;
    private const long Least = 16L << 20;

    private static readonly string[] LimitFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <param name="flag">What the flag says; <see cref="long.MaxValue"/> when it was not given.</param>
    public static long BoundFor(long flag) => flag < long.MaxValue ? flag : BoundOf(ReadLimit());

    public static long BoundOf(long? limit) => limit is { } bytes && bytes < long.MaxValue / 2 ? Math.Max(bytes - OwnNeed, Least) : long.MaxValue;

    private static long? ReadLimit()
    {
        foreach (string file in LimitFiles.Where(File.Exists))
        {
            if (long.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out long bytes))
            {
                return bytes;
            }
        }

        return null;
    }
}
