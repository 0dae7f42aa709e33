namespace CsiSecrets.Tests.Cluster;

/// <summary>The node's own view of a volume's mount.</summary>
internal static class MountPoint
{
    /// <summary>The mount's identity, which a remount anew would change; null when nothing is mounted there.</summary>
    public static string? IdOf(string target) =>
        File.ReadLines("/proc/self/mountinfo").Select(l => l.Split(' ')).LastOrDefault(f => f[4] == target)?[0];
}
