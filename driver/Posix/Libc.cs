using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>
/// The C library's calls that .NET lacks; declarations only. All return -1 and set the last P/Invoke error on failure. Pointers, struct
/// layouts and numbers hold for 64-bit Linux with glibc on x86_64 and aarch64; what differs is in <see cref="OpenFlags"/> and
/// <see cref="SyscallTable"/>.
/// </summary>
internal static partial class Libc
{
    private const string Name = "libc";

    [LibraryImport(Name, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport(Name, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport(Name, EntryPoint = "madvise", SetLastError = true)]
    public static partial int MAdvise(nint address, nuint length, int advice);

    [LibraryImport(Name, EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int FStatFs(int fd, out StatFs result);

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(int fd, string path, int flags, uint mask, out StatxResult result);

    [LibraryImport(Name, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(int folder, string path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long OpenAt2(long number, int folder, string path, in OpenHow how, nuint size);

    [LibraryImport(Name, EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MkdirAt(int folder, string path, uint mode);

    [LibraryImport(Name, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int folder, string path, int flags);

    /// <summary>For names that are no UTF-8: <paramref name="path"/> is zero-terminated.</summary>
    [LibraryImport(Name, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int folder, in byte path, int flags);

    /// <summary>For names that are no UTF-8: <paramref name="path"/> is zero-terminated.</summary>
    [LibraryImport(Name, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, in byte path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "symlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SymlinkAt(string target, int folder, string path);

    [LibraryImport(Name, EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLinkAt(int folder, string path, Span<byte> buffer, nuint size);

    [LibraryImport(Name, EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport(Name, EntryPoint = "fchown", SetLastError = true)]
    public static partial int FChown(int fd, uint uid, uint gid);

    [LibraryImport(Name, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int FChmod(int fd, uint mode);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, Span<byte> buffer, nuint size);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, ReadOnlySpan<byte> buffer, nuint size);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport(Name, EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint GetDents64(int fd, Span<byte> buffer, nuint size);

    [LibraryImport(Name, EntryPoint = "geteuid")]
    public static partial uint GetEUid();

    [LibraryImport(Name, EntryPoint = "getegid")]
    public static partial uint GetEGid();

    [LibraryImport(Name, EntryPoint = "prctl", SetLastError = true)]
    public static partial int Prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport(Name, EntryPoint = "capset", SetLastError = true)]
    public static partial int CapSet(in CapHeader header, ReadOnlySpan<CapData> data);

    [LibraryImport(Name, EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetRLimit(int resource, in RLimit limit);

    [LibraryImport(Name, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int Execve(string path, byte** argv, byte** envp);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial long Seccomp(long number, uint operation, uint flags, FilterProgram* program);

    /// <summary>A system call by number: those that the C library lacks, and probes of how the kernel answers what the filter forbids.</summary>
    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    public static partial long Syscall(long number, nuint arg1, nuint arg2, nuint arg3, nuint arg4);

    /// <summary>struct open_how.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct OpenHow(ulong flags, ulong mode, ulong resolve)
    {
        public readonly ulong Flags = flags;
        public readonly ulong Mode = mode;
        public readonly ulong Resolve = resolve;
    }

    /// <summary>struct __user_cap_header_struct; version 3 takes two <see cref="CapData"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct CapHeader(int pid)
    {
        public readonly uint Version = 0x20080522;
        public readonly int Pid = pid;
    }

    [StructLayout(LayoutKind.Sequential)]
    public readonly struct CapData(uint effective, uint permitted, uint inheritable)
    {
        public readonly uint Effective = effective;
        public readonly uint Permitted = permitted;
        public readonly uint Inheritable = inheritable;
    }

    [StructLayout(LayoutKind.Sequential)]
    public readonly struct RLimit(ulong soft, ulong hard)
    {
        public readonly ulong Soft = soft;
        public readonly ulong Hard = hard;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct FilterProgram
    {
        public ushort Length;
        public BpfInstruction* Filter;
    }

    /// <summary>The head of struct statfs as both 64-bit architectures have it, padded well beyond its 120 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatFs
    {
        [FieldOffset(0)] public long Type;
        [FieldOffset(8)] public long BlockSize;
        [FieldOffset(16)] public ulong Blocks;
        [FieldOffset(24)] public ulong BlocksFree;
        [FieldOffset(32)] public ulong BlocksAvailable;
        [FieldOffset(40)] public ulong Files;
        [FieldOffset(48)] public ulong FilesFree;
    }

    /// <summary>struct statx: the same layout on every architecture, unlike struct stat.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatxResult
    {
        [FieldOffset(0)] public uint Mask;
        [FieldOffset(8)] public ulong Attributes;
        [FieldOffset(20)] public uint Uid;
        [FieldOffset(24)] public uint Gid;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(56)] public ulong AttributesMask;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
