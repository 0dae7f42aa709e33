using CsiSecrets.Posix;

namespace CsiSecrets.Hosting;

/// <summary>
/// Gives memory back after a burst of mounts, and after the start: the runtime keeps what it once needed, and a node's driver is idle most of its
/// life. It looks now and then, and collects once the process is quiet and holds clearly more than it held after the last time. A controller is busy
/// for minutes, and what its watches replace is old: there it also collects once the process has grown by a share.
/// </summary>
internal sealed class MemoryTrim(TimeProvider time) : BackgroundService
{
    private const long QuietBytes = 2 << 20;
    private const long WorthwhileBytes = 4 << 20;

    private long allocatedBefore = GC.GetTotalAllocatedBytes();
    private long committedAfter;

    /// <summary>How often it looks.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Grown by so much, it collects while the process is busy, too; null for never.</summary>
    public double? Growth { get; init; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                TrimIfWorthwhile();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private void TrimIfWorthwhile()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        bool quiet = allocated - allocatedBefore < QuietBytes;
        allocatedBefore = allocated;
        long committed = GC.GetGCMemoryInfo().TotalCommittedBytes + NotYetCounted();
        if ((quiet || committed > committedAfter * (1 + Growth)) && committed > committedAfter + WorthwhileBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            committedAfter = GC.GetGCMemoryInfo().TotalCommittedBytes;
            _ = CodePages.Release();
        }

        // What was allocated since the last collection is in no figure of the collector's.
        long NotYetCounted() => Math.Max(0, GC.GetTotalMemory(forceFullCollection: false) - GC.GetGCMemoryInfo().HeapSizeBytes);
    }
}
