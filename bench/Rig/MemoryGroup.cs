using System.Globalization;

namespace CsiSecrets.Bench.Rig;

/// <summary>A memory cgroup (version 1 or 2) as a container has one, inside one as a pod has.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private static readonly string Root = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    private readonly string folder;

    private MemoryGroup(string folder) => this.folder = folder;

    public string ProcsFile => Path.Combine(folder, "cgroup.procs");

    /// <summary>What is charged to it, in MiB: processes, page cache and the tmpfs pages that they wrote.</summary>
    public double Usage => Read(IsUnified ? "memory.current" : "memory.usage_in_bytes") / 1048576;

    public double Peak => Read(IsUnified ? "memory.peak" : "memory.max_usage_in_bytes") / 1048576;

    private static bool IsUnified => Root == "/sys/fs/cgroup";

    public static MemoryGroup Create(string name)
    {
        var group = new MemoryGroup(Path.Combine(Root, $"csi-secrets-bench-{Environment.ProcessId}-{name}"));
        Directory.CreateDirectory(group.folder);
        return group;
    }

    public MemoryGroup Child(string name)
    {
        var child = new MemoryGroup(Path.Combine(folder, name));
        Directory.CreateDirectory(child.folder);
        return child;
    }

    /// <summary>One part of memory.stat in MiB, of this group and those below.</summary>
    public double Part(string versionOne, string versionTwo) =>
        File.ReadLines(Path.Combine(folder, "memory.stat")).Select(l => l.Split(' '))
            .Where(l => l[0] == (IsUnified ? versionTwo : "total_" + versionOne)).Sum(l => double.Parse(l[1], CultureInfo.InvariantCulture)) / 1048576;

    public void Dispose() => Directory.Delete(folder);

    private double Read(string file) => double.Parse(File.ReadAllText(Path.Combine(folder, file)), CultureInfo.InvariantCulture);
}
