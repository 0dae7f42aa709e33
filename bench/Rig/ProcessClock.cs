using System.Runtime.InteropServices;

namespace CsiSecrets.Bench.Rig;

/// <summary>CPU time of processes.</summary>
internal static partial class ProcessClock
{
    /// <summary>The process's CPU clock: /proc counts in hundredths of a second, this one in nanoseconds.</summary>
    public static TimeSpan CpuOf(int pid)
    {
        const int ProcessCpuClock = 2;
        return ClockGetTime((~pid << 3) | ProcessCpuClock, out TimeSpec at) == 0
            ? TimeSpan.FromSeconds(at.Seconds) + TimeSpan.FromMicroseconds(at.Nanoseconds / 1000.0)
            : throw new InvalidOperationException($"no CPU clock of process {pid}");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out TimeSpec at);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
