using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Fakes;

/// <summary>
/// The in-memory twin of real mounts: a mount is a plain folder that this object remembers. Sizes are kept and reported; content above
/// them is refused where the caller asks for room first. Calls are recorded, and <see cref="Fail"/> can break any of them.
/// </summary>
internal sealed class FakeMounts : IMounts
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Bytes, long Inodes)> mounted = [];
    private readonly List<string> calls = [];

    public string Description => "fake mounts on plain folders";

    /// <summary>Whether files are given to other users; by default as far as this process can.</summary>
    public bool SetsOwners { get; init; } = Environment.IsPrivilegedProcess;

    /// <summary>Gets the call (<c>mount</c>, <c>resize</c>, <c>usage</c>, <c>remove</c>, <c>find</c>) and target; what it returns is thrown.</summary>
    public Func<string, string, Exception?>? Fail { get; set; }

    /// <summary>Every changing call so far, e.g. <c>mount /x size=65536</c>.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    public MountState Find(string target)
    {
        Enter("find", target, null);
        using TargetPath? path = TargetPath.TryOpen(target);
        return path?.Parent.Stat(path.Name) switch
        {
            null => MountState.Absent,
            { Kind: not FileKind.Folder } => MountState.NotAFolder,
            _ => IsMounted(target) ? MountState.Mounted : MountState.Folder,
        };
    }

    public void Mount(string target, TmpfsOptions options)
    {
        Enter("mount", target, $"size={options.Bytes}");
        using TargetPath path = TargetPath.Open(target);
        if (IsMounted(target) || path.Parent.Stat(path.Name) is { Kind: not FileKind.Folder })
        {
            throw TargetPath.Refused(target, "it is mounted already, or no folder", "");
        }

        _ = path.Parent.CreateFolder(path.Name, options.Mode);
        using FolderHandle folder = path.Parent.OpenFolder(path.Name);
        if (folder.List().Count > 0)
        {
            throw new InvalidOperationException("a plain folder cannot hide what a real mount would cover");
        }

        folder.SetModeAndOwner(options.Mode, SetsOwners ? ((uint)(options.Uid ?? 0), (uint)(options.Gid ?? 0)) : null);
        lock (gate)
        {
            mounted[target] = (options.Bytes, options.Inodes);
        }
    }

    public void Resize(string target, long bytes, long inodes)
    {
        Enter("resize", target, $"size={bytes}");
        VolumeUsage usage = Measure(target);
        lock (gate)
        {
            mounted[target] = (Math.Max(bytes, usage.UsedBytes), Math.Max(inodes, usage.UsedInodes));
        }
    }

    public VolumeUsage Usage(string target)
    {
        Enter("usage", target, null);
        return Measure(target);
    }

    public void Remove(string target)
    {
        Enter("remove", target, "");
        using TargetPath? path = TargetPath.TryOpen(target);
        if (path is null)
        {
            return;
        }

        bool was;
        lock (gate)
        {
            was = mounted.Remove(target);
        }

        if (was)
        {
            _ = path.Parent.RemoveTree(path.Name);
        }
        else if (path.Parent.Stat(path.Name) is { } stat)
        {
            if (stat.Kind != FileKind.Folder)
            {
                throw TargetPath.Refused(target, "it is a symlink or a file, not a folder", "remove what is there");
            }

            _ = path.Parent.RemoveFolder(path.Name);
        }
    }

    public IReadOnlyList<string> List(string under)
    {
        lock (gate)
        {
            return [.. mounted.Keys.Where(target => target.StartsWith(under.TrimEnd('/') + "/", StringComparison.Ordinal))];
        }
    }

    /// <summary>Forgets all mounts and empties their folders, as a reboot does.</summary>
    public void Reboot()
    {
        lock (gate)
        {
            foreach (string target in mounted.Keys)
            {
                using FolderHandle folder = FolderHandle.Open(target);
                folder.Clear();
            }

            mounted.Clear();
        }
    }

    private bool IsMounted(string target)
    {
        lock (gate)
        {
            return mounted.ContainsKey(target);
        }
    }

    private VolumeUsage Measure(string target)
    {
        (long Bytes, long Inodes) size;
        lock (gate)
        {
            size = mounted.TryGetValue(target, out (long, long) known) ? known : throw TargetPath.Refused(target, "nothing is mounted there", "");
        }

        long page = Environment.SystemPageSize;
        EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        FileSystemInfo[] entries = [.. new DirectoryInfo(target).EnumerateFileSystemInfos("*", all)];
        long used = entries.OfType<FileInfo>().Sum(file => (file.Length + page - 1) / page * page);
        return new VolumeUsage(size.Bytes, used, size.Inodes, entries.Length + 1);
    }

    private void Enter(string call, string target, string? record)
    {
        if (record is not null)
        {
            lock (gate)
            {
                calls.Add($"{call} {target} {record}".TrimEnd());
            }
        }

        if (Fail?.Invoke(call, target) is { } failure)
        {
            throw failure;
        }
    }
}
