using CsiSecrets.Model;

namespace CsiSecrets.Posix;

/// <summary>
/// A target split into its parent, held open, and its name: all that is done to the target is done by name below that descriptor, so it
/// cannot be led elsewhere between check and use.
/// </summary>
internal sealed class TargetPath : IDisposable
{
    private TargetPath(string full, FolderHandle parent, string name)
    {
        Full = full;
        Parent = parent;
        Name = name;
    }

    public string Full { get; }

    public FolderHandle Parent { get; }

    public string Name { get; }

    /// <summary>A path to the name itself that umount2 with UMOUNT_NOFOLLOW resolves below the open parent.</summary>
    public string ProcPath => $"{Parent.ProcPath}/{Name}";

    /// <summary>Refuses what is not absolute and clean; a missing parent is an error.</summary>
    public static TargetPath Open(string target) =>
        TryOpen(target) ?? throw Refused(target, "its parent folder does not exist", "the kubelet makes it before it calls");

    /// <summary>The same, or null when the parent does not exist.</summary>
    public static TargetPath? TryOpen(string target)
    {
        string? problem = Problem(target);
        if (problem is not null)
        {
            throw Refused(target, problem, "pass an absolute path without '.', '..' and doubled slashes");
        }

        string trimmed = target.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        try
        {
            return new TargetPath(trimmed, FolderHandle.Open(slash == 0 ? "/" : trimmed[..slash]), trimmed[(slash + 1)..]);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
        catch (PosixException e)
        {
            throw Refused(target, e.Message, "check the folders above it", e);
        }
    }

    public void Dispose() => Parent.Dispose();

    public static SecretsException Refused(string target, string cause, string remedy, Exception? inner = null) =>
        new(FailureReason.MountPointUnusable, $"target path {Shown(target)}", cause, remedy, inner);

    /// <summary>Why a target path is no good; null when it is.</summary>
    public static string? Problem(string target)
    {
        string trimmed = target.TrimEnd('/');
        return trimmed switch
        {
            "" => "the path is empty or the root folder",
            _ when trimmed[0] != '/' => "the path is not absolute",
            _ when trimmed.Length > 4000 => "the path is longer than 4000 characters",
            _ when trimmed.Any(char.IsControl) => "the path has control characters",
            _ when trimmed[1..].Split('/').Any(part => part is "" or "." or "..") => "the path is not clean",
            _ => null,
        };
    }

    // A hostile path must not fill or split a log line.
    private static string Shown(string target)
    {
        string text = target.Length > 256 ? target[..256] + "..." : target;
        return string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
