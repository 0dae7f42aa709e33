using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Publishing;

/// <summary>What one set of files takes on a tmpfs.</summary>
/// <param name="Bytes">Whole pages.</param>
/// <param name="Inodes">Files and folders of the set, and its top-level links.</param>
internal readonly record struct SetSize(long Bytes, long Inodes)
{
    // What the kernel keeps of a file or link beside its pages: an inode and a name. It counts in the same memory.
    private const int InodeBytes = 1024;

    // A tmpfs keeps a short link's target in the inode and a longer one in a page.
    private const int LongestInlineLink = 127;

    // The root, ..data, ..data_tmp, ..link_tmp, and some for what a later refresh adds.
    private const int SpareInodes = 16;
    private const int SparePages = 8;

    public static SetSize Of(IReadOnlyList<SecretFile> files)
    {
        int page = Environment.SystemPageSize;
        long bytes = 0;
        HashSet<string> folders = new(StringComparer.Ordinal);
        HashSet<string> tops = new(StringComparer.Ordinal);
        foreach (SecretFile file in files)
        {
            bytes += (file.Content.Length + page - 1L) / page * page;
            for (int slash = file.Path.IndexOf('/'); slash > 0; slash = file.Path.IndexOf('/', slash + 1))
            {
                folders.Add(file.Path[..slash]);
            }

            int first = file.Path.IndexOf('/');
            tops.Add(first < 0 ? file.Path : file.Path[..first]);
        }

        long longLinks = tops.Count(top => System.Text.Encoding.UTF8.GetByteCount(top) + "..data/".Length > LongestInlineLink);
        return new SetSize(bytes + (longLinks * page), files.Count + folders.Count + tops.Count + 1);
    }

    /// <summary>A new volume's options: room for this set and for one more like it, as both are there during a swap.</summary>
    public TmpfsOptions ToVolume(int? gid) => new(VolumeBytes, (2 * Inodes) + SpareInodes, Gid: gid);

    /// <summary>Size in bytes of a tmpfs that can hold this set and its successor at once.</summary>
    public long VolumeBytes => (2 * Bytes) + (SparePages * Environment.SystemPageSize);

    /// <summary>All memory that a volume of this set takes, its successor included: empty files are not free.</summary>
    public long Weight => VolumeBytes + (2 * Inodes * InodeBytes);

    /// <summary>All memory that a volume takes as it is.</summary>
    public static long WeightOf(VolumeUsage usage) => usage.UsedBytes + (usage.UsedInodes * InodeBytes);

    /// <summary>
    /// Makes room for this set beside what is in the volume. A volume without a bound of its own (total 0) always has room.
    /// </summary>
    public void MakeRoom(IMounts mounts, string target, long maxBytes)
    {
        VolumeUsage usage = mounts.Usage(target);
        bool bytesFit = usage.TotalBytes == 0 || usage.AvailableBytes >= Bytes;
        bool inodesFit = usage.TotalInodes == 0 || usage.AvailableInodes >= Inodes + SpareInodes / 2;
        if (bytesFit && inodesFit)
        {
            return;
        }

        long bytes = bytesFit ? usage.TotalBytes : usage.UsedBytes + Bytes + (SparePages * Environment.SystemPageSize);
        if (bytes > maxBytes && !bytesFit)
        {
            throw new SecretsException(
                FailureReason.VolumeTooLarge,
                $"volume at {target}",
                $"the old and the new files together need {bytes} bytes, {maxBytes} are allowed",
                "mount fewer or smaller objects, or raise the driver's bound for a volume");
        }

        mounts.Resize(target, bytes, inodesFit ? usage.TotalInodes : usage.UsedInodes + (2 * Inodes) + SpareInodes);
    }
}
