using CsiSecrets.Model;
using CsiSecrets.Posix;

namespace CsiSecrets.Publishing;

/// <summary>Mode and owner that a file or folder gets on disk.</summary>
/// <param name="Owner">Null where this process cannot give files away, and none is compared.</param>
internal readonly record struct FileOwner(int Mode, (uint Uid, uint Gid)? Owner)
{
    private const int FolderMode = 0x1ED;
    private const int GroupRead = 0x20;

    /// <summary>What a new file has without any chown.</summary>
    private static readonly (uint Uid, uint Gid) Own = (Libc.GetEUid(), Libc.GetEGid());

    /// <summary>A file that takes the volume's group can be read by it, whatever its mode says, as Kubernetes does for fsGroup.</summary>
    public static FileOwner Of(SecretFile file, int? volumeGid, bool setsOwners)
    {
        bool takesGroup = file.Gid is null && volumeGid is not null;
        int mode = takesGroup ? file.Mode | GroupRead : file.Mode;
        return new FileOwner(mode, setsOwners ? ((uint)(file.Uid ?? 0), (uint)(file.Gid ?? volumeGid ?? 0)) : null);
    }

    /// <summary>Folders belong to root and the volume's group, 0755.</summary>
    public static FileOwner OfFolder(int? volumeGid, bool setsOwners) =>
        new(FolderMode, setsOwners ? (0, (uint)(volumeGid ?? 0)) : null);

    /// <summary>The owner to set on something just made; null when it has that owner already.</summary>
    public (uint Uid, uint Gid)? Change => Owner == Own ? null : Owner;

    public bool Fits(FileStat stat) => stat.Mode == Mode && (Owner is null || Owner == (stat.Uid, stat.Gid));
}
