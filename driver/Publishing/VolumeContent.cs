using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Publishing;

/// <summary>
/// What a live volume holds. A volume is live when <c>..data</c> points to a set, which is whole since <c>..data</c> only ever moves to
/// a finished one, or when a peer's provider wrote plain files into it.
/// </summary>
internal sealed class VolumeContent : IDisposable
{
    public const string Pointer = "..data";
    private const int LargestFile = 64 << 20;
    private const string Remedy = "delete the pod, so that it is mounted anew";

    private VolumeContent(FolderHandle folder, string? setName)
    {
        Folder = folder;
        SetName = setName;
    }

    /// <summary>The folder that holds the files: the set, or the volume's root with a peer's files.</summary>
    public FolderHandle Folder { get; }

    /// <summary>The set's folder name; null for a peer's plain files.</summary>
    public string? SetName { get; }

    public bool IsSet => SetName is not null;

    /// <summary>The content of the volume at a target that is mounted; null when it is not live.</summary>
    public static VolumeContent? Open(string target)
    {
        using TargetPath? path = TargetPath.TryOpen(target);
        try
        {
            using FolderHandle? root = path?.Parent.TryOpenFolder(path.Name);
            return root is null ? null : Open(root);
        }
        catch (PosixException e)
        {
            throw TargetPath.Refused(target, e.Message, Remedy, e);
        }
    }

    /// <summary>The same below an open root, which stays the caller's.</summary>
    public static VolumeContent? Open(FolderHandle root)
    {
        string? name = root.ReadLink(Pointer);
        if (name is not null && IsSetName(name) && root.Stat(name) is { Kind: FileKind.Folder })
        {
            return new VolumeContent(root.OpenFolder(name), name);
        }

        VolumeContent plain = new(root.OpenFolder("."), null);
        if (plain.ListFiles().Count > 0)
        {
            return plain;
        }

        plain.Dispose();
        return null;
    }

    /// <summary>Every regular file, paths relative to the volume, ordinal order.</summary>
    public IReadOnlyList<PublishedFile> ListFiles()
    {
        List<PublishedFile> files = [];
        Walk(Folder, "", files);
        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    /// <summary>One file's content; null when there is none of that path.</summary>
    public SecretBytes? ReadFile(string path)
    {
        if (PayloadPath.Problem(path) is { } problem)
        {
            throw new SecretsException(FailureReason.FileConflict, "file of the volume", $"its path {problem}", "rename the object or give it an alias");
        }

        try
        {
            return Folder.ReadFile(path, LargestFile);
        }
        catch (PosixException e)
        {
            throw new SecretsException(FailureReason.MountPointUnusable, $"file {path} of the volume", e.Message, Remedy, e);
        }
    }

    public void Dispose() => Folder.Dispose();

    // One element, "..x": never the parent, never elsewhere.
    private static bool IsSetName(string name) =>
        name.Length > 2 && name.StartsWith("..", StringComparison.Ordinal) && !name.Contains('/') && name != Pointer;

    // "..": at the root those are the layout's own; within a set no payload path starts so at its top.
    private static void Walk(FolderHandle folder, string prefix, List<PublishedFile> files)
    {
        foreach (FolderEntry entry in folder.List())
        {
            if (prefix.Length == 0 && entry.Name.StartsWith("..", StringComparison.Ordinal))
            {
                continue;
            }

            string path = prefix + entry.Name;
            if (entry.Kind == FileKind.Regular && folder.Stat(entry.Name) is { } stat)
            {
                files.Add(new PublishedFile(path, stat.Size, stat.Mode, stat.Uid, stat.Gid));
            }
            else if (entry.Kind == FileKind.Folder)
            {
                using FolderHandle child = folder.OpenFolder(entry.Name);
                Walk(child, path + "/", files);
            }
        }
    }
}

/// <summary>A file as it is on disk; never its content.</summary>
internal readonly record struct PublishedFile(string Path, long Size, int Mode, uint Uid, uint Gid);
