using System.Runtime.InteropServices;
using CsiSecrets.Model;
using Microsoft.Win32.SafeHandles;

namespace CsiSecrets.Posix;

/// <summary>
/// An open directory. Every operation is relative to it and never leaves it: no <c>..</c>, no symlink and no magic link is followed, so
/// that somebody who can write below the target cannot lead the process elsewhere. Failures are <see cref="PosixException"/>.
/// </summary>
internal sealed class FolderHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private const ulong Beneath = OpenFlags.ResolveBeneath | OpenFlags.ResolveNoSymlinks | OpenFlags.ResolveNoMagicLinks;
    private static readonly int OpenFolderFlags = OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec;

    // Kernels before 5.6 lack openat2 (RHEL 8): there the same promise is kept by walking, one element at a time.
    private static volatile bool noOpenAt2;

    private FolderHandle(int fd, string path)
        : base(ownsHandle: true)
    {
        SetHandle(fd);
        Path = path;
    }

    /// <summary>Where it was opened; for messages.</summary>
    public string Path { get; }

    public int Fd => (int)handle;

    /// <summary>The path by which mount(2) reaches exactly this directory, whatever happens to its name.</summary>
    public string ProcPath => $"/proc/self/fd/{Fd}";

    /// <summary>Opens an absolute path; symlinks are followed in its parents (a kubelet's root may be one), not in its last element.</summary>
    public static FolderHandle Open(string path)
    {
        int fd = Libc.OpenAt(OpenFlags.AtCurrentFolder, path, OpenFolderFlags, 0);
        return fd < 0 ? throw PosixException.Last("open", path) : new FolderHandle(fd, path);
    }

    public FolderHandle OpenFolder(string relative) => new(OpenBeneath(relative, OpenFolderFlags, 0, Beneath), Join(relative));

    /// <summary>The same, or null when there is no directory of that name.</summary>
    public FolderHandle? TryOpenFolder(string relative)
    {
        int fd = TryOpenBeneath(relative, OpenFolderFlags, 0, Beneath);
        if (fd >= 0)
        {
            return new FolderHandle(fd, Join(relative));
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null : throw new PosixException("open", Join(relative), errno);
    }

    /// <summary>Makes a directory; false when something of that name is there already.</summary>
    public bool CreateFolder(string name, int mode)
    {
        if (Libc.MkdirAt(Fd, name, (uint)mode) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EEXIST ? false : throw new PosixException("mkdir", Join(name), errno);
    }

    /// <summary>
    /// Makes a file that was not there. Mode before owner: once the file is somebody else's, chmod would need CAP_FOWNER.
    /// </summary>
    public void WriteFile(string relative, ReadOnlySpan<byte> content, int mode, (uint Uid, uint Gid)? owner)
    {
        int flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        using SafeFileHandle file = new(OpenBeneath(relative, flags, 0x180, Beneath), ownsHandle: true);
        int fd = (int)file.DangerousGetHandle();
        while (!content.IsEmpty)
        {
            nint written = Libc.Write(fd, content, (nuint)content.Length);
            if (written > 0)
            {
                content = content[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw PosixException.Last("write", Join(relative));
            }
        }

        if (Libc.FChmod(fd, (uint)mode) < 0)
        {
            throw PosixException.Last("chmod", Join(relative));
        }

        if (owner is var (uid, gid) && Libc.FChown(fd, uid, gid) < 0)
        {
            throw PosixException.Last("chown", Join(relative));
        }
    }

    /// <summary>A file open for reading; the caller disposes it.</summary>
    public SafeFileHandle OpenFile(string relative) =>
        new(OpenBeneath(relative, OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0, Beneath), ownsHandle: true);

    /// <summary>The whole of a regular file, at most <paramref name="limit"/> bytes; null when it does not exist.</summary>
    public SecretBytes? ReadFile(string relative, int limit)
    {
        int raw = TryOpenBeneath(relative, OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0, Beneath);
        if (raw < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new PosixException("open", Join(relative), errno);
        }

        using SafeFileHandle file = new(raw, ownsHandle: true);
        FileStat stat = StatFd(raw, Join(relative));
        if (stat.Kind != FileKind.Regular)
        {
            throw new PosixException("read", Join(relative), Errno.EINVAL);
        }

        if (stat.Size > limit)
        {
            throw new PosixException("read", Join(relative), Errno.ENOSPC);
        }

        return SecretBytes.Create((int)stat.Size, (raw, Join(relative)), static (span, source) => ReadExactly(source.raw, span, source.Item2));
    }

    /// <summary>Reads until <paramref name="buffer"/> is full; a file that shrinks meanwhile is an error.</summary>
    public static void ReadExactly(int fd, Span<byte> buffer, string path)
    {
        while (!buffer.IsEmpty)
        {
            nint read = Libc.Read(fd, buffer, (nuint)buffer.Length);
            if (read > 0)
            {
                buffer = buffer[(int)read..];
            }
            else if (read == 0)
            {
                throw new PosixException("read", path, Errno.EINVAL);
            }
            else if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw PosixException.Last("read", path);
            }
        }
    }

    public void Symlink(string target, string name)
    {
        if (Libc.SymlinkAt(target, Fd, name) < 0)
        {
            throw PosixException.Last("symlink", Join(name));
        }
    }

    /// <summary>Where a symlink points; null when there is none of that name.</summary>
    public string? ReadLink(string name)
    {
        Span<byte> buffer = stackalloc byte[1024];
        nint length = Libc.ReadLinkAt(Fd, name, buffer, (nuint)buffer.Length);
        if (length >= 0)
        {
            return System.Text.Encoding.UTF8.GetString(buffer[..(int)length]);
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.EINVAL or Errno.ENOTDIR ? null : throw new PosixException("readlink", Join(name), errno);
    }

    /// <summary>Renames within this directory; atomic, also over what is there.</summary>
    public void Rename(string from, string to, bool exchange)
    {
        if (Libc.RenameAt2(Fd, from, Fd, to, exchange ? OpenFlags.RenameExchange : 0) < 0)
        {
            throw PosixException.Last("rename", $"{Join(from)} to {to}");
        }
    }

    /// <summary>Removes a file or link; false when it was not there.</summary>
    public bool Unlink(string name) => Remove(name, 0);

    /// <summary>Removes an empty directory; false when it was not there.</summary>
    public bool RemoveFolder(string name) => Remove(name, OpenFlags.AtRemoveDir);

    /// <summary>Facts about an entry, a symlink itself and not its target; null when there is none.</summary>
    public FileStat? Stat(string name)
    {
        if (Libc.Statx(Fd, name, OpenFlags.AtSymlinkNoFollow, OpenFlags.StatxBasic, out Libc.StatxResult raw) == 0)
        {
            return FileStat.From(raw);
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw new PosixException("stat", Join(name), errno);
    }

    public FileStat Stat() => StatFd(Fd, Path);

    public static FileStat StatFd(int fd, string path) =>
        Libc.Statx(fd, "", OpenFlags.AtEmptyPath, OpenFlags.StatxBasic, out Libc.StatxResult raw) == 0
            ? FileStat.From(raw)
            : throw PosixException.Last("stat", path);

    /// <summary>Sets mode, then owner, of this directory.</summary>
    public void SetModeAndOwner(int mode, (uint Uid, uint Gid)? owner)
    {
        if (Libc.FChmod(Fd, (uint)mode) < 0)
        {
            throw PosixException.Last("chmod", Path);
        }

        if (owner is var (uid, gid) && Libc.FChown(Fd, uid, gid) < 0)
        {
            throw PosixException.Last("chown", Path);
        }
    }

    public Libc.StatFs StatFs() =>
        Libc.FStatFs(Fd, out Libc.StatFs result) == 0 ? result : throw PosixException.Last("statfs", Path);

    public string Join(string relative) => $"{Path}/{relative}";

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;

    private bool Remove(string name, int flags)
    {
        if (Libc.UnlinkAt(Fd, name, flags) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENOENT ? false : throw new PosixException(flags == 0 ? "unlink" : "rmdir", Join(name), errno);
    }

    private int OpenBeneath(string relative, int flags, uint mode, ulong resolve)
    {
        int fd = TryOpenBeneath(relative, flags, mode, resolve);
        return fd < 0 ? throw PosixException.Last("open", Join(relative)) : fd;
    }

    private int TryOpenBeneath(string relative, int flags, uint mode, ulong resolve)
    {
        if (!noOpenAt2)
        {
            Libc.OpenHow how = new((ulong)flags, mode, resolve);
            int fd = (int)Libc.OpenAt2(SyscallTable.OpenAt2, Fd, relative, how, 24);
            if (fd >= 0 || Marshal.GetLastPInvokeError() != Errno.ENOSYS)
            {
                return fd;
            }

            noOpenAt2 = true;
        }

        return ElementWalk.Open(Fd, relative, flags, mode);
    }
}
