namespace CsiSecrets.Posix;

/// <summary>What a volume holds and may hold. A total of 0 means that the file system has no bound of its own.</summary>
internal readonly record struct VolumeUsage(long TotalBytes, long UsedBytes, long TotalInodes, long UsedInodes)
{
    public long AvailableBytes => Math.Max(0, TotalBytes - UsedBytes);

    public long AvailableInodes => Math.Max(0, TotalInodes - UsedInodes);

    public static VolumeUsage From(in Libc.StatFs raw) => new(
        (long)raw.Blocks * raw.BlockSize,
        (long)(raw.Blocks - raw.BlocksFree) * raw.BlockSize,
        (long)raw.Files,
        (long)(raw.Files - raw.FilesFree));
}
