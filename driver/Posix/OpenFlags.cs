using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>Flag values of open, openat2, unlinkat, renameat2, statx and mount. O_DIRECTORY and O_NOFOLLOW differ on aarch64.</summary>
internal static class OpenFlags
{
    public const int WriteOnly = 0x1;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;
    public static readonly int Directory = Arm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = Arm ? 0x8000 : 0x20000;

    public const ulong ResolveNoMagicLinks = 0x02;
    public const ulong ResolveNoSymlinks = 0x04;
    public const ulong ResolveBeneath = 0x08;

    public const int AtCurrentFolder = -100;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtRemoveDir = 0x200;
    public const int AtEmptyPath = 0x1000;

    public const uint RenameExchange = 2;

    public const uint StatxBasic = 0x7ff;
    public const ulong StatxAttributeMountRoot = 0x2000;

    public const ulong MountNoSuid = 2;
    public const ulong MountNoDev = 4;
    public const ulong MountNoExec = 8;
    public const ulong MountRemount = 32;
    public const int UnmountDetach = 2;
    public const int UnmountNoFollow = 8;

    private static bool Arm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
}
