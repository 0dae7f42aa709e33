using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>System call numbers of one architecture, as far as they are needed here.</summary>
internal sealed class SyscallTable
{
    /// <summary>openat2 has the same number everywhere.</summary>
    public const long OpenAt2 = 437;

    /// <summary>pidfd_open, the same everywhere (Linux 5.3).</summary>
    public const uint PidFdOpen = 434;

    /// <summary>pidfd_send_signal, the same everywhere (Linux 5.1).</summary>
    public const uint PidFdSendSignal = 424;

    /// <summary>Numbers above this one were not known when the table was written (file_setattr, Linux 6.17).</summary>
    public const uint NewestKnown = 469;

    private SyscallTable(uint auditArchitecture, uint mount, uint clone, uint seccomp, (string, int, int)[] rows, bool second)
    {
        AuditArchitecture = auditArchitecture;
        Mount = mount;
        Clone = clone;
        Seccomp = seccomp;
        Denied = rows.Select(row => (Name: row.Item1, Number: second ? row.Item3 : row.Item2)).Where(row => row.Number >= 0)
            .ToFrozenDictionary(row => row.Name, row => (uint)row.Number);
    }

    public static SyscallTable X64 { get; } = new(0xC000003E, 165, 56, 317, Rows(), second: false);

    public static SyscallTable Arm64 { get; } = new(0xC00000B7, 40, 220, 277, Rows(), second: true);

    public static SyscallTable Current => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        Architecture other => throw new PlatformNotSupportedException($"no system call table for {other}"),
    };

    /// <summary>AUDIT_ARCH_*: what seccomp reports as the architecture of a call.</summary>
    public uint AuditArchitecture { get; }

    public uint Mount { get; }

    public uint Clone { get; }

    public uint Seccomp { get; }

    public static uint Clone3 => 435;

    /// <summary>What the process never needs: name to number.</summary>
    public FrozenDictionary<string, uint> Denied { get; }

    // Name, x86_64, aarch64; -1 where the architecture has no such call.
    private static (string Name, int X64, int Arm64)[] Rows() =>
    [
        ("acct", 163, 89), ("add_key", 248, 217), ("adjtimex", 159, 171), ("bpf", 321, 280), ("chroot", 161, 51),
        ("clock_adjtime", 305, 266), ("clock_settime", 227, 112), ("create_module", 174, -1), ("delete_module", 176, 106),
        ("execve", 59, 221), ("execveat", 322, 281), ("fanotify_init", 300, 262), ("finit_module", 313, 273), ("fork", 57, -1),
        ("fsconfig", 431, 431), ("fsmount", 432, 432), ("fsopen", 430, 430), ("fspick", 433, 433), ("get_kernel_syms", 177, -1),
        ("init_module", 175, 105), ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427), ("io_uring_setup", 425, 425),
        ("ioperm", 173, -1), ("iopl", 172, -1), ("kcmp", 312, 272), ("kexec_file_load", 320, 294), ("kexec_load", 246, 104),
        ("keyctl", 250, 219), ("lookup_dcookie", 212, 18), ("mknod", 133, -1), ("mknodat", 259, 33), ("modify_ldt", 154, -1),
        ("mount_setattr", 442, 442), ("move_mount", 429, 429), ("name_to_handle_at", 303, 264), ("nfsservctl", 180, 42),
        ("open_by_handle_at", 304, 265), ("open_tree", 428, 428), ("open_tree_attr", 467, 467), ("perf_event_open", 298, 241),
        ("personality", 135, 92), ("pidfd_getfd", 438, 438), ("pidfd_open", (int)PidFdOpen, (int)PidFdOpen), ("pidfd_send_signal", (int)PidFdSendSignal, (int)PidFdSendSignal),
        ("pivot_root", 155, 41), ("process_madvise", 440, 440),
        ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("ptrace", 101, 117), ("query_module", 178, -1),
        ("quotactl", 179, 60), ("quotactl_fd", 443, 443), ("reboot", 169, 142), ("request_key", 249, 218), ("setdomainname", 171, 162),
        ("sethostname", 170, 161), ("setns", 308, 268), ("settimeofday", 164, 170), ("swapoff", 168, 225), ("swapon", 167, 224),
        ("_sysctl", 156, -1), ("sysfs", 139, -1), ("syslog", 103, 116), ("unshare", 272, 97), ("uselib", 134, -1),
        ("userfaultfd", 323, 282), ("ustat", 136, -1), ("vfork", 58, -1), ("vhangup", 153, 58), ("vmsplice", 278, 75),
    ];
}
