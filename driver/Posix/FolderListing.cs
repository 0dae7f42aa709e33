using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CsiSecrets.Posix;

/// <summary>Lists and clears directories by descriptor, without following links and without crossing into another mount.</summary>
internal static class FolderListing
{
    // A tree that somebody else made may be deep; each level holds a descriptor open.
    private const int DeepestTree = 256;

    /// <summary>The entries but <c>.</c> and <c>..</c>, in the kernel's order.</summary>
    public static List<FolderEntry> List(this FolderHandle folder)
    {
        // A descriptor of its own: a listing moves the offset of the one it reads.
        int fd = Libc.OpenAt(folder.Fd, ".", OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (fd < 0)
        {
            throw PosixException.Last("open", folder.Path);
        }

        try
        {
            return Read(fd, folder.Path);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Removes an entry and all below it; a mount on the way is an error (EXDEV). False when it was not there.</summary>
    public static bool RemoveTree(this FolderHandle folder, string name)
    {
        FileStat? stat = folder.Stat(name);
        if (stat is null)
        {
            return false;
        }

        if (stat.Value.Kind != FileKind.Folder)
        {
            return folder.Unlink(name);
        }

        RemoveBelow(folder.Fd, new FolderEntry(name, Terminated(name), FileKind.Folder), stat.Value.Device, folder.Join(name), 0);
        return true;
    }

    /// <summary>The same for an entry of a listing, whatever the bytes of its name.</summary>
    public static void RemoveTree(this FolderHandle folder, FolderEntry entry) =>
        RemoveBelow(folder.Fd, entry, folder.Stat().Device, folder.Join(entry.Name), 0);

    /// <summary>Removes everything in the directory, dot files included, but not the directory.</summary>
    public static void Clear(this FolderHandle folder)
    {
        ulong device = folder.Stat().Device;
        foreach (FolderEntry entry in folder.List())
        {
            RemoveBelow(folder.Fd, entry, device, folder.Join(entry.Name), 0);
        }
    }

    private static void RemoveBelow(int parent, FolderEntry entry, ulong device, string path, int depth)
    {
        ref readonly byte name = ref entry.Raw[0];
        if (entry.Kind != FileKind.Folder)
        {
            if (Libc.UnlinkAt(parent, name, 0) == 0 || Marshal.GetLastPInvokeError() is Errno.ENOENT)
            {
                return;
            }

            // A file system may not tell the kind in a listing; the kernel knows it.
            if (Marshal.GetLastPInvokeError() is not (Errno.EISDIR or Errno.EPERM))
            {
                throw PosixException.Last("unlink", path);
            }
        }

        int fd = Libc.OpenAt(parent, name, OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
        if (fd < 0)
        {
            throw PosixException.Last("open", path);
        }

        try
        {
            if (depth > DeepestTree || FolderHandle.StatFd(fd, path).Device != device)
            {
                throw new PosixException("remove", path, Errno.EXDEV);
            }

            foreach (FolderEntry child in Read(fd, path))
            {
                RemoveBelow(fd, child, device, $"{path}/{child.Name}", depth + 1);
            }
        }
        finally
        {
            _ = Libc.Close(fd);
        }

        if (Libc.UnlinkAt(parent, name, OpenFlags.AtRemoveDir) < 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
        {
            throw PosixException.Last("rmdir", path);
        }
    }

    private static List<FolderEntry> Read(int fd, string path)
    {
        List<FolderEntry> entries = [];
        Span<byte> buffer = stackalloc byte[4096];
        while (true)
        {
            nint read = Libc.GetDents64(fd, buffer, (nuint)buffer.Length);
            if (read < 0)
            {
                throw PosixException.Last("readdir", path);
            }

            if (read == 0)
            {
                return entries;
            }

            // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name to the first zero.
            for (int at = 0; at < read; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer[(at + 16)..]))
            {
                Span<byte> tail = buffer[(at + 19)..];
                Span<byte> name = tail[..tail.IndexOf((byte)0)];
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    entries.Add(new FolderEntry(Encoding.UTF8.GetString(name), tail[..(name.Length + 1)].ToArray(), Kind(buffer[at + 18])));
                }
            }
        }
    }

    private static FileKind Kind(byte type) => type switch
    {
        4 => FileKind.Folder,
        8 => FileKind.Regular,
        10 => FileKind.Link,
        _ => FileKind.Other,
    };

    private static byte[] Terminated(string name) => [.. Encoding.UTF8.GetBytes(name), 0];
}

/// <summary>One name in a directory.</summary>
/// <param name="Name">The name as text; where it is no UTF-8, with replacement characters.</param>
/// <param name="Raw">The name's own bytes with a closing zero.</param>
internal readonly record struct FolderEntry(string Name, byte[] Raw, FileKind Kind);
