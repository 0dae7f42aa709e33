using System.Globalization;

namespace CsiSecrets.Telemetry;

/// <summary>What the process itself takes, under the names that Prometheus clients use where they have one.</summary>
internal static class ProcessMeters
{
    public static void Add(Meters meters)
    {
        meters.Watch("process_cpu_seconds_total", "CPU time of the process.", [], () => One(Environment.CpuUsage.TotalTime.TotalSeconds));
        meters.Watch("process_resident_memory_bytes", "Resident memory of the process.", [], () => One(Environment.WorkingSet));
        meters.Watch("csi_secrets_heap_committed_bytes", "Memory of the managed heap as of its last collection.", [], () => One(GC.GetGCMemoryInfo().TotalCommittedBytes));
        meters.Watch("csi_secrets_heap_live_bytes", "Objects on the managed heap, garbage included.", [], () => One(GC.GetTotalMemory(forceFullCollection: false)));
        meters.Watch("csi_secrets_heap_allocated_bytes_total", "All that was ever allocated.", [], () => One(GC.GetTotalAllocatedBytes()));
        meters.Watch(
            "csi_secrets_heap_collections_total",
            "Garbage collections.",
            ["generation"],
            () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => ((string[])[g.ToString(CultureInfo.InvariantCulture)], (double)GC.CollectionCount(g))));
    }

    private static IEnumerable<(string[] Labels, double Value)> One(double value) => [([], value)];
}
