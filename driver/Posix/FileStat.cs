namespace CsiSecrets.Posix;

/// <summary>What a file is.</summary>
internal enum FileKind
{
    Other,
    Folder,
    Regular,
    Link,
}

/// <summary>The part of statx that matters here.</summary>
/// <param name="Mode">Permission bits with setuid, setgid and sticky.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Device">Major and minor number in one.</param>
/// <param name="MountRoot">Whether it is the root of a mount; null where the kernel (before 5.8) does not say.</param>
internal readonly record struct FileStat(FileKind Kind, int Mode, long Size, uint Uid, uint Gid, ulong Device, bool? MountRoot)
{
    public static FileStat From(in Libc.StatxResult raw) => new(
        (raw.Mode & 0xf000) switch
        {
            0x4000 => FileKind.Folder,
            0x8000 => FileKind.Regular,
            0xa000 => FileKind.Link,
            _ => FileKind.Other,
        },
        raw.Mode & 0xfff,
        (long)raw.Size,
        raw.Uid,
        raw.Gid,
        ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor,
        (raw.AttributesMask & OpenFlags.StatxAttributeMountRoot) == 0 ? null : (raw.Attributes & OpenFlags.StatxAttributeMountRoot) != 0);
}
