using CsiSecrets.Model;

namespace CsiSecrets.Posix;

/// <summary>
/// Real tmpfs mounts; needs CAP_SYS_ADMIN. An unmount is tried plainly first. Where a process still holds a file open (EBUSY), the
/// content is removed and the mount is detached (MNT_DETACH): the secrets are gone from the path at once and the pod can end, while the
/// last open file is freed with its holder. It never waits for such a process.
/// </summary>
internal sealed class LinuxMounts : IMounts
{
    private const long TmpfsMagic = 0x01021994;
    private const ulong Flags = OpenFlags.MountNoSuid | OpenFlags.MountNoDev | OpenFlags.MountNoExec;
    private const int MostLayers = 16;

    private readonly bool noSwap;

    private LinuxMounts(bool noSwap) => this.noSwap = noSwap;

    public string Description => noSwap ? "tmpfs mounts without swap" : "tmpfs mounts (this kernel cannot keep them out of swap)";

    public bool SetsOwners => true;

    /// <summary>Whether pages of a volume are kept out of swap.</summary>
    public bool NoSwap => noSwap;

    /// <summary>Tries by mounting once, in a private folder below <paramref name="scratch"/>, what this kernel supports.</summary>
    public static LinuxMounts Probe(string scratch)
    {
        string target = Path.Combine(scratch, $".probe-{Environment.ProcessId}");
        foreach (bool noSwap in new[] { true, false })
        {
            LinuxMounts mounts = new(noSwap);
            try
            {
                mounts.Remove(target);
                mounts.Mount(target, new TmpfsOptions(65536, 16, 0x1C0));
                return mounts;
            }
            catch (SecretsException) when (noSwap)
            {
                // Linux before 6.3, or a user namespace: mounted without it below, where a real failure is thrown.
            }
            finally
            {
                mounts.Remove(target);
            }
        }

        throw new InvalidOperationException("unreachable: the second attempt returns or throws");
    }

    public MountState Find(string target)
    {
        using TargetPath? path = TargetPath.TryOpen(target);
        return path is null ? MountState.Absent : Find(path);
    }

    public void Mount(string target, TmpfsOptions options)
    {
        using TargetPath path = TargetPath.Open(target);
        MountState state = Find(path);
        bool made = false;
        try
        {
            if (state == MountState.Absent)
            {
                made = path.Parent.CreateFolder(path.Name, 0x1E8);
            }
            else if (state != MountState.Folder)
            {
                throw TargetPath.Refused(target, Say(state), "unmount or remove what is there");
            }

            using FolderHandle folder = path.Parent.OpenFolder(path.Name);
            if (Libc.Mount("tmpfs", folder.ProcPath, "tmpfs", Flags, options.ToMountData(noSwap)) < 0)
            {
                throw PosixException.Last("mount", target);
            }
        }
        catch (PosixException e)
        {
            if (made)
            {
                _ = path.Parent.RemoveFolder(path.Name);
            }

            throw Failed(FailureReason.MountFailed, target, e);
        }
    }

    public void Resize(string target, long bytes, long inodes)
    {
        using TargetPath path = TargetPath.Open(target);
        try
        {
            using FolderHandle folder = OpenMounted(path);
            VolumeUsage usage = VolumeUsage.From(folder.StatFs());

            // No mode and owner here: a remount would set them again, and noswap is refused by a remount that turns it on.
            string data = $"size={Math.Max(bytes, Math.Max(usage.UsedBytes, 1))},nr_inodes={Math.Max(inodes, Math.Max(usage.UsedInodes, 1))}";
            if (Libc.Mount("tmpfs", folder.ProcPath, "tmpfs", Flags | OpenFlags.MountRemount, data) < 0)
            {
                throw PosixException.Last("remount", target);
            }
        }
        catch (PosixException e)
        {
            throw Failed(FailureReason.MountFailed, target, e);
        }
    }

    public VolumeUsage Usage(string target)
    {
        using TargetPath path = TargetPath.Open(target);
        try
        {
            using FolderHandle folder = OpenMounted(path);
            return VolumeUsage.From(folder.StatFs());
        }
        catch (PosixException e)
        {
            throw Failed(FailureReason.MountPointUnusable, target, e);
        }
    }

    public void Remove(string target)
    {
        using TargetPath? path = TargetPath.TryOpen(target);
        if (path is null)
        {
            return;
        }

        try
        {
            MountState state = Find(path);
            for (int layer = 0; state == MountState.Mounted && layer < MostLayers; layer++)
            {
                Unmount(path);
                state = Find(path);
            }

            if (state is MountState.Folder)
            {
                _ = path.Parent.RemoveFolder(path.Name);
            }
            else if (state is not MountState.Absent)
            {
                throw TargetPath.Refused(target, Say(state), "unmount or remove what is there");
            }
        }
        catch (PosixException e) when (e.Errno == Errno.ENOTEMPTY)
        {
            throw new SecretsException(
                FailureReason.UnmountFailed, $"target path {target}", "the folder below the mount holds files that this driver did not write", "move them away", e);
        }
        catch (PosixException e)
        {
            throw Failed(FailureReason.UnmountFailed, target, e);
        }
    }

    public IReadOnlyList<string> List(string under)
    {
        string prefix = under.TrimEnd('/') + "/";
        return MountTable.Parse(File.ReadAllText("/proc/self/mountinfo"))
            .Where(entry => entry.FileSystem == "tmpfs" && entry.MountPoint.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => entry.MountPoint).Distinct().ToList();
    }

    private static void Unmount(TargetPath path)
    {
        if (Libc.Unmount(path.ProcPath, OpenFlags.UnmountNoFollow) == 0)
        {
            return;
        }

        PosixException first = PosixException.Last("umount", path.Full);
        if (first.Errno != Errno.EBUSY)
        {
            throw first;
        }

        using (FolderHandle folder = path.Parent.OpenFolder(path.Name))
        {
            folder.Clear();
        }

        if (Libc.Unmount(path.ProcPath, OpenFlags.UnmountNoFollow | OpenFlags.UnmountDetach) < 0)
        {
            throw PosixException.Last("umount", path.Full);
        }
    }

    private static MountState Find(TargetPath path)
    {
        FileStat? stat = path.Parent.Stat(path.Name);
        if (stat is null)
        {
            return MountState.Absent;
        }

        if (stat.Value.Kind != FileKind.Folder)
        {
            return MountState.NotAFolder;
        }

        // A tmpfs has a device number of its own, so where the kernel does not name mount roots the parent's tells them apart.
        if (!(stat.Value.MountRoot ?? stat.Value.Device != path.Parent.Stat().Device))
        {
            return MountState.Folder;
        }

        using FolderHandle folder = path.Parent.OpenFolder(path.Name);
        return folder.StatFs().Type == TmpfsMagic ? MountState.Mounted : MountState.Foreign;
    }

    private static FolderHandle OpenMounted(TargetPath path)
    {
        MountState state = Find(path);
        return state == MountState.Mounted
            ? path.Parent.OpenFolder(path.Name)
            : throw TargetPath.Refused(path.Full, Say(state), "publish the volume first");
    }

    private static string Say(MountState state) => state switch
    {
        MountState.Mounted => "a tmpfs is mounted there already",
        MountState.Foreign => "another file system is mounted there",
        MountState.NotAFolder => "it is a symlink or a file, not a folder",
        MountState.Folder => "nothing is mounted there",
        _ => "it does not exist",
    };

    private static SecretsException Failed(FailureReason reason, string target, PosixException e) =>
        new(reason, $"target path {target}", e.Message, RemedyOf(e.Errno), e);

    private static string RemedyOf(int errno) => errno switch
    {
        Errno.EPERM => "the process needs CAP_SYS_ADMIN in the host's mount namespace",
        Errno.ENOSPC => "free memory or mounts on the node; the kubelet calls again",
        _ => "look at that folder on the node; the kubelet calls again",
    };
}
