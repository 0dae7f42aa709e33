namespace CsiSecrets.Posix;

/// <summary>What is at a target path.</summary>
internal enum MountState
{
    /// <summary>Nothing is there.</summary>
    Absent,

    /// <summary>A folder that is no mount point: mount onto it.</summary>
    Folder,

    /// <summary>A tmpfs is mounted there, ours or a peer's.</summary>
    Mounted,

    /// <summary>Another file system is mounted there.</summary>
    Foreign,

    /// <summary>A symlink or a file: refused.</summary>
    NotAFolder,
}
