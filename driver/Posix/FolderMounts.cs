using CsiSecrets.Model;

namespace CsiSecrets.Posix;

/// <summary>
/// For an ordinary user, who cannot mount: a volume is a folder below a private folder on a tmpfs that the machine has already. Sizes
/// are the tmpfs's own, and owners stay the user's.
/// </summary>
internal sealed class FolderMounts : IMounts
{
    private const long TmpfsMagic = 0x01021994;

    private const string Remedy = "look at that folder: this user must own it, and its file system must have room";

    private FolderMounts(string root) => Root = root;

    /// <summary>The private folder; every target must lie directly or deeper below it.</summary>
    public string Root { get; }

    public string Description => $"plain folders in {Root}, on a tmpfs that was there already: no mount, no size limit, no owners (not root)";

    public bool SetsOwners => false;

    /// <summary>
    /// Takes the first of <paramref name="candidates"/> that is a tmpfs, and makes there a folder that only this user can enter.
    /// </summary>
    public static FolderMounts Create(IEnumerable<string> candidates)
    {
        List<string> seen = [];
        foreach (string candidate in candidates)
        {
            string problem = Try(candidate, out FolderMounts? mounts);
            if (mounts is not null)
            {
                return mounts;
            }

            seen.Add($"{candidate} ({problem})");
        }

        throw new SecretsException(
            FailureReason.MountPointUnusable, "local mode", $"no tmpfs for an ordinary user: {string.Join(", ", seen)}", "run it as root, or set XDG_RUNTIME_DIR to a folder on a tmpfs");
    }

    /// <summary>Where an ordinary user finds a tmpfs.</summary>
    public static IEnumerable<string> UsualPlaces()
    {
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime) ? ["/dev/shm"] : [runtime, "/dev/shm"];
    }

    public MountState Find(string target)
    {
        Check(target);
        using TargetPath? path = TargetPath.TryOpen(target);
        return path?.Parent.Stat(path.Name) switch
        {
            null => MountState.Absent,
            { Kind: FileKind.Folder } => MountState.Mounted,
            _ => MountState.NotAFolder,
        };
    }

    public void Mount(string target, TmpfsOptions options) => Run(FailureReason.MountFailed, target, path =>
    {
        if (!path.Parent.CreateFolder(path.Name, options.Mode))
        {
            throw TargetPath.Refused(target, "something is there already", "remove it");
        }

        return true;
    });

    public void Resize(string target, long bytes, long inodes) => _ = Usage(target);

    public VolumeUsage Usage(string target) => Run(FailureReason.MountPointUnusable, target, path =>
    {
        using FolderHandle folder = path.Parent.OpenFolder(path.Name);
        return VolumeUsage.From(folder.StatFs());
    });

    public void Remove(string target)
    {
        Check(target);
        using TargetPath? path = TargetPath.TryOpen(target);
        if (path is null)
        {
            return;
        }

        try
        {
            if (path.Parent.Stat(path.Name) is { Kind: not FileKind.Folder })
            {
                throw TargetPath.Refused(target, "it is a symlink or a file, not a folder", "remove it");
            }

            _ = path.Parent.RemoveTree(path.Name);
        }
        catch (PosixException e)
        {
            throw new SecretsException(FailureReason.UnmountFailed, $"target path {target}", e.Message, Remedy, e);
        }
    }

    /// <summary>Nothing: a folder does not say that it is a volume, and local mode starts anew each time.</summary>
    public IReadOnlyList<string> List(string under) => [];

    private static string Try(string candidate, out FolderMounts? mounts)
    {
        mounts = null;
        try
        {
            uint user = Libc.GetEUid();
            using FolderHandle place = FolderHandle.Open(candidate);
            if (place.StatFs().Type != TmpfsMagic)
            {
                return "not a tmpfs";
            }

            string name = $"csi-secrets-{user}";
            _ = place.CreateFolder(name, 0x1C0);
            using FolderHandle root = place.OpenFolder(name);
            FileStat stat = root.Stat();
            if (stat.Uid != user)
            {
                return $"{name} there belongs to user {stat.Uid}";
            }

            root.SetModeAndOwner(0x1C0, null);
            mounts = new FolderMounts(root.Path);
            return "";
        }
        catch (PosixException e)
        {
            return e.Message;
        }
    }

    private void Check(string target)
    {
        if (!target.StartsWith(Root + "/", StringComparison.Ordinal))
        {
            throw TargetPath.Refused(target, $"it is not below {Root}", "without root, volumes can only be there");
        }
    }

    private T Run<T>(FailureReason reason, string target, Func<TargetPath, T> action)
    {
        Check(target);
        using TargetPath path = TargetPath.Open(target);
        try
        {
            return action(path);
        }
        catch (PosixException e)
        {
            throw new SecretsException(reason, $"target path {target}", e.Message, Remedy, e);
        }
    }
}
