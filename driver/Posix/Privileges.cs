using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Posix;

/// <summary>
/// Takes from the process what it does not need, before it opens a socket. Capabilities and no_new_privs belong to a thread and the
/// runtime has threads before Main; so they are set on the calling thread, which then executes the same program again: execve ends the
/// other threads, and every new one starts from this one.
/// </summary>
internal static class Privileges
{
    /// <summary>Holds the process's own id in the re-executed process, so that a failure to confine cannot become an endless loop.</summary>
    public const string Marker = "CSI_SECRETS_REEXECUTED";

    private const int PrSetDumpable = 4;
    private const int PrCapBoundingRead = 23;
    private const int PrCapBoundingDrop = 24;
    private const int PrSetNoNewPrivs = 38;
    private const int PrCapAmbient = 47;
    private const int PrCapAmbientClearAll = 4;
    private const int RLimitCore = 4;
    private const uint SeccompSetModeFilter = 1;
    private const uint SeccompFilterAllThreads = 1;

    /// <summary>
    /// Returns only in a process all of whose threads hold no more than <paramref name="keep"/>.
    /// 1 Look at every thread: nothing too much is held, so only the limits of step 5 are left to set.
    /// 2 A second time round with too much held: fail.
    /// 3 On this thread: drop bounding and ambient set, set no_new_privs, reduce the rest.
    /// 4 Execute the same program with the same arguments and environment.
    /// 5 No core dumps, no ptrace by others.
    /// </summary>
    public static void DropAndReexec(PrivilegeSet keep)
    {
        // 1
        if (ThreadPrivileges.OfThisProcess() is var threads && !threads.All(thread => thread.IsWithin(keep.Mask)))
        {
            // 2
            string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            if (Environment.GetEnvironmentVariable(Marker) == self)
            {
                throw Failed("the kernel gave privileges back to the re-executed process", $"unset {Marker} if it is set in the environment by hand");
            }

            DropOnThisThread(keep); // 3
            Reexec(self); // 4
        }

        // A confined parent may have left less than the program needs.
        ulong missing = keep.Mask & ~(threads.Count == 0 ? 0 : threads[0].Permitted);
        if (missing != 0)
        {
            throw Missing(keep, missing);
        }

        ForbidDumps(); // 5
    }

    /// <summary>
    /// Installs the system call filter on every thread. After this no execve: no child process can be started.
    /// </summary>
    /// <param name="signals">Whether the calls by which other processes get signals are left.</param>
    public static void Confine(bool signals) => Install(SyscallFilter.Build(SyscallTable.Current, signals), allThreads: true);

    /// <summary>Reduces the calling thread to <paramref name="keep"/>; what it executes then inherits that.</summary>
    internal static void DropOnThisThread(PrivilegeSet keep)
    {
        ThreadPrivileges before = ThreadPrivileges.Parse(File.ReadAllText("/proc/thread-self/status"));
        ulong kept = before.Permitted & keep.Mask;
        if (kept != keep.Mask)
        {
            throw Missing(keep, keep.Mask & ~kept);
        }

        // An ordinary user has no CAP_SETPCAP and needs none: with nothing permitted and no_new_privs the bounding set gives nothing.
        if (kept != 0 && (before.Effective & (1UL << (int)Capability.SetPCap)) == 0 && (before.Bounding & ~keep.Mask) != 0)
        {
            throw Missing(new PrivilegeSet([Capability.SetPCap]), 1UL << (int)Capability.SetPCap);
        }

        if ((before.Effective & (1UL << (int)Capability.SetPCap)) != 0)
        {
            for (int capability = 0; Libc.Prctl(PrCapBoundingRead, (nuint)capability, 0, 0, 0) >= 0; capability++)
            {
                if ((keep.Mask & (1UL << capability)) == 0)
                {
                    Check(Libc.Prctl(PrCapBoundingDrop, (nuint)capability, 0, 0, 0), "drop from the bounding set");
                }
            }
        }

        Check(Libc.Prctl(PrCapAmbient, PrCapAmbientClearAll, 0, 0, 0), "clear the ambient set");
        Check(Libc.Prctl(PrSetNoNewPrivs, 1, 0, 0, 0), "set no_new_privs");
        Libc.CapData[] sets = [new((uint)kept, (uint)kept, 0), new((uint)(kept >> 32), (uint)(kept >> 32), 0)];
        Check(Libc.CapSet(new Libc.CapHeader(0), sets), "set the capability sets");
    }

    /// <summary>Installs a filter on this thread or on all.</summary>
    internal static unsafe void Install(BpfInstruction[] program, bool allThreads)
    {
        Check(Libc.Prctl(PrSetNoNewPrivs, 1, 0, 0, 0), "set no_new_privs");
        fixed (BpfInstruction* filter = program)
        {
            Libc.FilterProgram raw = new() { Length = (ushort)program.Length, Filter = filter };
            long result = Libc.Seccomp(SyscallTable.Current.Seccomp, SeccompSetModeFilter, allThreads ? SeccompFilterAllThreads : 0, &raw);
            if (result > 0)
            {
                throw Failed($"thread {result} has a system call filter that does not combine with ours", "");
            }

            Check((int)result, "install the system call filter");
        }
    }

    /// <summary>
    /// No core dump and no ptrace by a process of the same user: either would show every secret held. Every verb that serves secrets calls it
    /// first; an execve resets it. It costs a debugger of the same user, and files like /proc/self/environ become root's; status, fd and
    /// mountinfo, which the program reads, do not.
    /// </summary>
    public static void ForbidDumps()
    {
        Check(Libc.SetRLimit(RLimitCore, new Libc.RLimit(0, 0)), "forbid core dumps");
        Check(Libc.Prctl(PrSetDumpable, 0, 0, 0, 0), "make the process undumpable");
    }

    private static unsafe void Reexec(string self)
    {
        // The kernel's own copies: arguments and environment byte for byte, also where they are no UTF-8.
        byte[] marker = Encoding.UTF8.GetBytes($"{Marker}={self}\0");
        byte[][] arguments = Split(File.ReadAllBytes("/proc/self/cmdline"));
        byte[][] environment = [.. Split(File.ReadAllBytes("/proc/self/environ")).Where(entry => !entry.AsSpan().StartsWith("CSI_SECRETS_REEXECUTED="u8)), marker];
        byte** argv = Pointers(arguments);
        byte** envp = Pointers(environment);
        _ = Libc.Execve("/proc/self/exe", argv, envp);
        throw Failed($"execve of the program itself: {Marshal.GetLastPInvokeErrorMessage()}", "");
    }

    private static byte[][] Split(byte[] text)
    {
        List<byte[]> parts = [];
        for (int start = 0; start < text.Length;)
        {
            int zero = Array.IndexOf(text, (byte)0, start);
            int end = zero < 0 ? text.Length : zero;
            parts.Add([.. text.AsSpan(start, end - start), 0]);
            start = end + 1;
        }

        return [.. parts];
    }

    // Never freed: the process is replaced, or it ends with the failure.
    private static unsafe byte** Pointers(byte[][] parts)
    {
        byte** pointers = (byte**)NativeMemory.AllocZeroed((nuint)(parts.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < parts.Length; i++)
        {
            pointers[i] = (byte*)NativeMemory.Alloc((nuint)parts[i].Length);
            parts[i].CopyTo(new Span<byte>(pointers[i], parts[i].Length));
        }

        return pointers;
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw Failed($"could not {what}: {Marshal.GetLastPInvokeErrorMessage()}", "");
        }
    }

    private static SecretsException Missing(PrivilegeSet keep, ulong missing) => Failed(
        $"missing capabilities: {string.Join(", ", keep.Keep.Where(c => (missing & (1UL << (int)c)) != 0))}",
        "run as root; in Kubernetes with securityContext.privileged: true");

    private static SecretsException Failed(string cause, string remedy) => new(FailureReason.Internal, "privileges of the process", cause, remedy);
}
